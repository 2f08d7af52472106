//! What the redirect is compared with, in a process of its own like the engine: a handler that only answers 302,
//! and one that first commits a row.

use std::io::Write as _;

use actix_web::{App, HttpResponse, HttpServer, web};
use anyhow::Result;
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use viral_engine_db::Database;

const LOCATION: &str =
    "https://learn.example.org/join?ve_click=0190b6a0-0000-7000-8000-000000000000";

/// Serves until its standard input closes or it is ended; prints its address first.
pub async fn serve(database: Option<String>) -> Result<()> {
    let database = match database {
        Some(url) => Some(prepare(&url).await?),
        None => None,
    };
    let server = HttpServer::new(move || {
        App::new()
            .app_data(web::Data::new(database.clone()))
            .route("/bare", web::get().to(bare))
            .route("/row", web::get().to(row))
    })
    .bind(("127.0.0.1", 0))?;
    for address in server.addrs() {
        writeln!(std::io::stdout(), "http://{address}")?;
    }
    server.run().await?;
    Ok(())
}

async fn prepare(url: &str) -> Result<Database> {
    let database = Database::new(url, 32)?;
    let mut conn = database.connection().await?;
    conn.batch_execute(
        "CREATE TABLE IF NOT EXISTS bench_rows (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, at timestamptz NOT NULL DEFAULT now(), path text NOT NULL)",
    )
    .await?;
    Ok(database)
}

async fn bare() -> HttpResponse {
    answer()
}

async fn row(database: web::Data<Option<Database>>) -> HttpResponse {
    let Some(database) = database.as_ref() else {
        return HttpResponse::NotFound().finish();
    };
    let Ok(mut conn) = database.connection().await else {
        return HttpResponse::ServiceUnavailable().finish();
    };
    let inserted = diesel::sql_query("INSERT INTO bench_rows (path) VALUES ('/row')")
        .execute(&mut conn)
        .await;
    if inserted.is_err() {
        return HttpResponse::ServiceUnavailable().finish();
    }
    answer()
}

fn answer() -> HttpResponse {
    HttpResponse::Found()
        .insert_header(("location", LOCATION))
        .insert_header(("cache-control", "no-store"))
        .insert_header(("referrer-policy", "no-referrer"))
        .finish()
}
