//! The OpenAPI document, assembled from the handlers and completed with what holds for every operation: who may
//! call it, the headers it reads and the problems it can answer. A handler only declares what is its own.

mod example;
mod parameters;
mod settings;

use actix_web::App;
use actix_web::http::{Method, StatusCode};
use serde_json::{Map, Value};
use utoipa::OpenApi;
use utoipa::openapi::extensions::Extensions;
use utoipa::openapi::path::{Operation as Described, ParameterIn};
use utoipa::openapi::response::{Response, ResponseBuilder};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::{ContentBuilder, PathItem, Ref, RefOr, Required};
use utoipa_actix_web::AppExt;
use viral_engine_api_types::Problem;
use viral_engine_api_types::emails::EmailLocale;
use viral_engine_api_types::permissions::Permission;
use viral_engine_api_types::problem::PROBLEM_JSON;
use viral_engine_domain::consents::Gate;

use crate::app;
use crate::middleware::authenticate::ACCESS_COOKIE;
use crate::openapi::example::Examples;
use crate::pages;
use crate::permissions::{self, Access, Operation, Replay};
use crate::redirect;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Viral Engine",
        description = "A self-hosted growth engine with guardrails for learning platforms.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
        contact(name = "Viral Engine", url = "https://github.com/viral-engine/viral-engine")
    ),
    servers((url = "/", description = "This engine")),
    components(schemas(Problem)),
    tags(
        (name = "auth", description = "Signing in to the admin app"),
        (name = "operators", description = "People who sign in to the admin app"),
        (name = "api_keys", description = "How a platform's backend signs in"),
        (name = "users", description = "People on the platform"),
        (name = "links", description = "Attribution links"),
        (name = "redirect", description = "Following a link"),
        (name = "events", description = "Invitations, hits, conversions and activations"),
        (name = "inputs", description = "Parent shares, progress reels, study sessions and opt-outs"),
        (name = "activities", description = "What users do on the platform"),
        (name = "tutoring_sessions", description = "Who taught whom, and what came of it"),
        (name = "achievements", description = "What students achieved"),
        (name = "recaps", description = "The parents' weekly recaps"),
        (name = "guardrails", description = "Whether the spread is real and safe"),
        (name = "growth", description = "How users bring users"),
        (name = "attribution", description = "Who is credited with a conversion"),
        (name = "alerts", description = "What the guardrails raise"),
        (name = "reports", description = "Performance reports"),
        (name = "emails", description = "Mail that the engine sends"),
        (name = "flags", description = "Switches of whole features"),
        (name = "institution_networks", description = "Networks of schools and companies"),
        (name = "blocks", description = "Blocked devices and networks"),
        (name = "pii", description = "Personal information in texts and documents"),
        (name = "settings", description = "Thresholds and other settings"),
        (name = "metrics", description = "Figures for the overview"),
        (name = "stream", description = "Live changes"),
        (name = "jobs", description = "Work in the background: jobs, queues and schedules"),
        (name = "webhooks", description = "Receivers that are told what happens"),
        (name = "consents", description = "What guardians allow, and how they are asked"),
        (name = "notices", description = "What guardians are told before they consent"),
        (name = "data_requests", description = "What is held on users: copies and deletion"),
        (name = "disclosures", description = "Who outside got education records (FERPA)"),
        (name = "audit", description = "Who did what"),
        (name = "system", description = "Health, metrics and version")
    )
)]
struct Base;

/// Security scheme of API keys.
const API_KEY: &str = "api_key";
/// Security scheme of browser sessions.
const SESSION: &str = "session";

/// The whole document.
pub fn document() -> utoipa::openapi::OpenApi {
    let (_, mut document) = App::new()
        .into_utoipa_app()
        .openapi(Base::openapi())
        .configure(redirect::configure)
        .configure(app::configure)
        .split_for_parts();
    document.info.version = env!("CARGO_PKG_VERSION").to_owned();
    let components = document.components.get_or_insert_default();
    components.add_security_scheme(
        API_KEY,
        SecurityScheme::Http(
            HttpBuilder::new()
                .scheme(HttpAuthScheme::Bearer)
                .description(Some("An API key, `ve_live_…`."))
                .build(),
        ),
    );
    components.add_security_scheme(
        SESSION,
        SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::with_description(
            ACCESS_COOKIE,
            "A browser session. Writes also need a same-origin Origin and X-CSRF-Token.",
        ))),
    );
    settings::complete(components);
    for (path, item) in &mut document.paths.paths {
        complete(path, item);
    }
    add_examples(&mut document);
    document
}

/// Shows an example with every JSON body that has none.
fn add_examples(document: &mut utoipa::openapi::OpenApi) {
    let Some(components) = &document.components else {
        return;
    };
    let examples = Examples::new(components);
    for described in document.paths.paths.values_mut().flat_map(operations_of) {
        let body = described.request_body.iter_mut().filter_map(inline);
        let bodies = body.flat_map(|body| body.content.iter_mut());
        let answers = described.responses.responses.values_mut();
        let answers = answers
            .filter_map(inline)
            .flat_map(|answer| answer.content.iter_mut());
        for (media_type, content) in bodies.chain(answers) {
            let Some(content) = inline(content) else {
                continue;
            };
            let has_one = content.example.is_some() || !content.examples.is_empty();
            if !has_one && media_type.ends_with("json") {
                content.example = content.schema.as_ref().map(|schema| examples.make(schema));
            }
        }
    }
}

fn inline<T>(item: &mut RefOr<T>) -> Option<&mut T> {
    match item {
        RefOr::T(item) => Some(item),
        RefOr::Ref(_) => None,
    }
}

fn operations_of(item: &mut PathItem) -> impl Iterator<Item = &mut Described> {
    [
        &mut item.get,
        &mut item.head,
        &mut item.post,
        &mut item.put,
        &mut item.patch,
        &mut item.delete,
    ]
    .into_iter()
    .flatten()
}

/// The document as it is committed and served.
pub fn to_json(document: &utoipa::openapi::OpenApi) -> String {
    // A document of maps with text keys always serialises.
    let mut text = document.to_pretty_json().unwrap_or_default();
    text.push('\n');
    text
}

fn complete(path: &str, item: &mut PathItem) {
    let operations = [
        (Method::GET, &mut item.get),
        (Method::HEAD, &mut item.head),
        (Method::POST, &mut item.post),
        (Method::PUT, &mut item.put),
        (Method::PATCH, &mut item.patch),
        (Method::DELETE, &mut item.delete),
    ];
    for (method, described) in operations {
        let Some(described) = described else { continue };
        let id = described.operation_id.as_deref().unwrap_or("");
        if let Some(rules) = permissions::find(id) {
            complete_operation((&method, path), described, rules);
        }
    }
}

fn complete_operation(
    (method, path): (&Method, &str),
    described: &mut Described,
    rules: &Operation,
) {
    describe_access(described, rules);
    parameters::complete(described);
    let writes = !matches!(*method, Method::GET | Method::HEAD);
    if writes && rules.access != Access::Public {
        parameters::add_csrf_token(described);
    }
    if rules.replay != Replay::None {
        parameters::add_idempotency_key(described);
    }
    for (status, meaning) in problems(method, described, rules) {
        described
            .responses
            .responses
            .entry(status.to_owned())
            .or_insert_with(|| match is_told_on_a_page(path, status) {
                true => page(meaning).into(),
                false => problem(meaning).into(),
            });
    }
}

fn describe_access(described: &mut Described, rules: &Operation) {
    let scheme = |name: &str| SecurityRequirement::new(name, Vec::<String>::new());
    let (security, permission) = match rules.access {
        Access::Public => (Vec::new(), None),
        Access::Operator => (vec![scheme(SESSION)], None),
        Access::Requires(permission) if permission.grantable_to_api_key() => {
            (vec![scheme(API_KEY), scheme(SESSION)], Some(permission))
        }
        Access::Requires(permission) => (vec![scheme(SESSION)], Some(permission)),
    };
    described.security = Some(security);
    let consent = match rules.gate {
        Gate::Asks(gated) => Some(gated.action().scope().to_string()),
        Gate::Nothing | Gate::Records => None,
    };
    describe_requirements(described, permission, consent);
}

/// The permission of the caller and the consent of a guardian, as one object: extensions are written in any order, and the
/// document is to be the same every time.
fn describe_requirements(
    described: &mut Described,
    permission: Option<Permission>,
    consent: Option<String>,
) {
    let consent = consent.map(|scope| ("consent", Value::from(scope)));
    let permission = permission.map(|it| ("permission", Value::from(it.as_str())));
    let requirements: Map<String, Value> = consent
        .into_iter()
        .chain(permission)
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
    if requirements.is_empty() {
        return;
    }
    let extension = Extensions::builder().add("x-requires", requirements);
    described
        .extensions
        .get_or_insert_default()
        .merge(extension.build());
}

/// The error answers that follow from what an operation reads and who may call it.
fn problems(
    method: &Method,
    described: &Described,
    rules: &Operation,
) -> Vec<(&'static str, &'static str)> {
    let parameters = described.parameters.as_deref().unwrap_or_default();
    let reads = |place: &ParameterIn| {
        parameters
            .iter()
            .any(|p| matches!(p, RefOr::T(p) if p.parameter_in == *place))
    };
    let if_match = parameters.iter().find_map(|p| match p {
        RefOr::T(p) if p.name.eq_ignore_ascii_case("if-match") => Some(&p.required),
        _ => None,
    });
    let has_body = described.request_body.is_some();
    let mut list = vec![
        ("400", "The request could not be read"),
        ("429", "Too many requests"),
        ("500", "Something failed on our side"),
        ("503", "Not available at the moment"),
        ("504", "The request took too long"),
    ];
    if rules.access != Access::Public {
        list.push(("401", "Not signed in, or the API key is not valid"));
        list.push(("403", "Not allowed"));
    } else if !matches!(*method, Method::GET | Method::HEAD) {
        list.push(("403", "The request comes from another site"));
    }
    if reads(&ParameterIn::Path) {
        list.push(("404", "There is no such object"));
    }
    if rules.replay != Replay::None {
        list.push((
            "409",
            "Conflict, or the first request with this key is still running",
        ));
    }
    if has_body || rules.replay != Replay::None {
        list.push(("422", "Some fields are not valid"));
    }
    if has_body {
        list.push(("413", "The body is too large"));
        list.push(("415", "The content type is not one this route reads"));
    }
    if let Some(required) = if_match {
        list.push(("412", "The object has changed since it was read"));
        if matches!(required, Required::True) {
            list.push(("428", "If-Match is missing"));
        }
    }
    list
}

/// Whether people are told by a page what programs are told by a problem.
fn is_told_on_a_page(path: &str, status: &str) -> bool {
    let status = StatusCode::from_bytes(status.as_bytes());
    let has_page = |status| pages::fault(status, EmailLocale::En).is_some();
    pages::is_read_by_people(path) && status.is_ok_and(has_page)
}

fn page(meaning: &str) -> Response {
    let text = ObjectBuilder::new().schema_type(Type::String).build();
    ResponseBuilder::new()
        .description(meaning)
        .content(
            "text/html",
            ContentBuilder::new().schema(Some(text)).build(),
        )
        .build()
}

fn problem(meaning: &str) -> Response {
    let schema = Ref::from_schema_name("Problem");
    ResponseBuilder::new()
        .description(meaning)
        .content(
            PROBLEM_JSON,
            ContentBuilder::new().schema(Some(schema)).build(),
        )
        .build()
}
