//! Which operation a request means, known before it is routed, so that permission, limits and metrics need no
//! handler.
//!
//! Built from the OpenAPI document and the permission table. Templates are matched segment by segment in linear
//! time, and a literal segment wins over a parameter whatever the order of registration.

use std::collections::HashMap;
use std::sync::Arc;

use actix_web::http::Method;
use utoipa::openapi::path::{Operation as Described, ParameterIn};
use utoipa::openapi::{OpenApi, PathItem, RefOr};
use uuid::Uuid;

use crate::permissions::{self, Operation};

/// All operations by path and method.
#[derive(Debug, Default)]
pub struct Operations {
    by_length: HashMap<usize, Vec<Template>>,
}

#[derive(Debug)]
struct Template {
    path: Arc<str>,
    segments: Vec<Segment>,
    methods: Vec<Known>,
}

/// A method of a path.
#[derive(Debug)]
struct Known {
    method: Method,
    operation: Option<&'static Operation>,
    parameters: Vec<String>,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Segment {
    Literal(String),
    /// One of our own ids.
    Id,
    /// A text of the caller's.
    Parameter,
}

/// What a method and a path mean.
#[derive(Debug)]
pub enum Found<'a> {
    /// An operation of the table.
    Operation {
        /// Its row.
        operation: &'static Operation,
        /// Its path's template.
        path: &'a Arc<str>,
        /// Names of the query parameters that it declares.
        parameters: &'a [String],
    },
    /// The path is known, the method is not; these are.
    WrongMethod(Vec<&'a Method>),
    /// An operation without a row in the table: nobody may call it.
    Denied,
    /// Not an operation.
    Nothing,
}

impl Operations {
    /// Reads the operations of a document.
    pub fn new(document: &OpenApi) -> Self {
        let mut by_length: HashMap<usize, Vec<Template>> = HashMap::new();
        for (path, item) in &document.paths.paths {
            let segments: Vec<Segment> = path.split('/').map(segment).collect();
            let methods = methods(item)
                .map(|(method, described)| Known {
                    method,
                    operation: described
                        .operation_id
                        .as_deref()
                        .and_then(permissions::find),
                    parameters: query_parameters(described),
                })
                .collect();
            by_length.entry(segments.len()).or_default().push(Template {
                path: Arc::from(path.as_str()),
                segments,
                methods,
            });
        }
        for templates in by_length.values_mut() {
            templates.sort_by(|a, b| a.segments.cmp(&b.segments));
        }
        Self { by_length }
    }

    /// What a request for `path` (percent-decoded as the router decodes it) means.
    pub fn find(&self, method: &Method, path: &str) -> Found<'_> {
        let segments: Vec<&str> = path.split('/').collect();
        let Some(templates) = self.by_length.get(&segments.len()) else {
            return Found::Nothing;
        };
        let mut matching = templates.iter().filter(|t| t.matches(&segments));
        // Behind a literal: a user may be called `bulk`, a link may not.
        let first = matching.next().into_iter();
        let mut others = Vec::new();
        for template in first.chain(matching.filter(|t| t.ids_are_ids(&segments))) {
            let known = template
                .methods
                .iter()
                .find(|known| known.method == *method);
            match known.map(|known| (known, known.operation)) {
                Some((known, Some(operation))) => {
                    return Found::Operation {
                        operation,
                        path: &template.path,
                        parameters: &known.parameters,
                    };
                }
                Some((_, None)) => return Found::Denied,
                None => others.extend(template.methods.iter().map(|known| &known.method)),
            }
        }
        if others.is_empty() {
            Found::Nothing
        } else {
            Found::WrongMethod(others)
        }
    }
}

impl Template {
    fn matches(&self, segments: &[&str]) -> bool {
        self.segments.iter().zip(segments).all(|(a, b)| match a {
            Segment::Literal(text) => text == b,
            Segment::Id | Segment::Parameter => !b.is_empty(),
        })
    }

    fn ids_are_ids(&self, segments: &[&str]) -> bool {
        let mut pairs = self.segments.iter().zip(segments);
        pairs.all(|(a, b)| *a != Segment::Id || Uuid::try_parse(b).is_ok())
    }
}

fn segment(text: &str) -> Segment {
    match text {
        "{id}" => Segment::Id,
        _ if text.starts_with('{') => Segment::Parameter,
        _ => Segment::Literal(text.to_owned()),
    }
}

fn query_parameters(described: &Described) -> Vec<String> {
    let parameters = described.parameters.iter().flatten();
    parameters
        .filter_map(|parameter| match parameter {
            RefOr::T(parameter) if parameter.parameter_in == ParameterIn::Query => {
                Some(parameter.name.clone())
            }
            _ => None,
        })
        .collect()
}

/// Methods of a path with what the document says of them.
fn methods(item: &PathItem) -> impl Iterator<Item = (Method, &Described)> {
    [
        (Method::GET, &item.get),
        (Method::HEAD, &item.head),
        (Method::POST, &item.post),
        (Method::PUT, &item.put),
        (Method::PATCH, &item.patch),
        (Method::DELETE, &item.delete),
    ]
    .into_iter()
    .filter_map(|(method, described)| Some((method, described.as_ref()?)))
}
