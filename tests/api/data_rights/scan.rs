//! Looks for texts in everything that is stored: every column of every table as text, bytes also decoded.

use std::path::Path;

use diesel::QueryableByName;
use diesel::sql_query;
use diesel::sql_types::Text;
use diesel_async::RunQueryDsl;
use viral_engine_test_support::TestApp;

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    text: String,
}

async fn rows(app: &TestApp, sql: &str) -> Vec<String> {
    let mut conn = app.db().connection().await;
    let rows: Vec<Row> = sql_query(sql).load(&mut conn).await.expect(sql);
    rows.into_iter().map(|row| row.text).collect()
}

/// All tables, without their partitions.
pub async fn tables(app: &TestApp) -> Vec<String> {
    let sql = "SELECT relname::text AS text FROM pg_class WHERE relnamespace = 'public'::regnamespace \
               AND relkind IN ('r', 'p') AND NOT relispartition ORDER BY 1";
    rows(app, sql).await
}

/// Everything that is stored, a line a row: table and content. Bytes are written in hex by PostgreSQL.
pub async fn everything(app: &TestApp) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for table in tables(app).await {
        let found = rows(app, &format!("SELECT r::text AS text FROM {table} r")).await;
        all.extend(found.into_iter().map(|text| (table.clone(), text)));
    }
    all
}

/// In which tables a text stands, in clear or in bytes.
pub fn found_in<'a>(all: &'a [(String, String)], text: &str) -> Vec<&'a str> {
    let bytes = hex::encode(text);
    let mut tables: Vec<&str> = all
        .iter()
        .filter(|(_, row)| row.contains(text) || row.contains(&bytes))
        .map(|(table, _)| table.as_str())
        .collect();
    tables.dedup();
    tables
}

/// Whether a text stands in any file of a folder.
pub fn is_in_files(folder: &Path, text: &str) -> bool {
    let entries = std::fs::read_dir(folder).expect("a folder");
    entries
        .map(|entry| entry.expect("an entry").path())
        .any(|path| match path.is_dir() {
            true => is_in_files(&path, text),
            false => {
                let bytes = std::fs::read(&path).unwrap_or_default();
                bytes
                    .windows(text.len())
                    .any(|part| part == text.as_bytes())
            }
        })
}
