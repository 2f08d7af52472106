//! The migrations: they run up, down and up again to the same schema, and `schema.rs` is what they make.

use std::collections::{BTreeMap, BTreeSet};

use diesel::QueryableByName;
use diesel::sql_query;
use diesel::sql_types::Text;
use diesel_async::RunQueryDsl;
use viral_engine_db::data_requests::ERASERS;
use viral_engine_db::{migrate, schema_text::schema_text};
use viral_engine_domain::data_map::{COLUMNS, Deletion, markdown};
use viral_engine_test_support::TestDb;

#[derive(QueryableByName, Debug, PartialEq)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

/// Tables, columns, defaults, constraints, indexes, functions, triggers and sequences, a line each.
const FINGERPRINT: &str = "
SELECT format('%s.%s %s %s %s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, pg_get_expr(d.adbin, d.adrelid)) AS line
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid AND c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum WHERE a.attnum > 0 AND c.relname <> '__diesel_schema_migrations'
UNION ALL SELECT format('%s %s', conname, pg_get_constraintdef(oid)) FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND conrelid <> '__diesel_schema_migrations'::regclass
UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> '__diesel_schema_migrations'
UNION ALL SELECT pg_get_functiondef(p.oid) FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace AND p.proname NOT LIKE 'diesel_%'
UNION ALL SELECT pg_get_triggerdef(t.oid) FROM pg_trigger t WHERE NOT t.tgisinternal
UNION ALL SELECT format('sequence %s', relname) FROM pg_class WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace
ORDER BY 1";

#[tokio::test(flavor = "multi_thread")]
async fn migrations_run_up_down_and_up_to_the_same_schema() {
    let db = TestDb::unmigrated().await;
    let url = db.database().url().to_owned();
    let count = migrate::up(&url).await.expect("up");
    let mut conn = db.connection().await;
    let first: Vec<Line> = sql_query(FINGERPRINT)
        .load(&mut conn)
        .await
        .expect("fingerprint");

    for _ in 0..count {
        migrate::down(&url)
            .await
            .expect("down")
            .expect("a migration to revert");
    }
    let none: Vec<Line> = sql_query(FINGERPRINT)
        .load(&mut conn)
        .await
        .expect("fingerprint");
    assert_eq!(
        none,
        Vec::new(),
        "the down migrations left something behind"
    );

    migrate::up(&url).await.expect("up again");
    let second: Vec<Line> = sql_query(FINGERPRINT)
        .load(&mut conn)
        .await
        .expect("fingerprint");
    assert!(!first.is_empty());
    assert_eq!(first, second);
    assert!(
        migrate::status(&url)
            .await
            .expect("status")
            .iter()
            .all(|m| m.applied)
    );
}

/// Of two folders with one version Diesel would run one and pass over the other in silence.
#[test]
fn no_two_migrations_have_the_same_version() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../migrations");
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    for entry in std::fs::read_dir(folder).expect("the migrations") {
        let name = entry.expect("an entry").file_name();
        let name = name.into_string().expect("a name of ASCII");
        // As Diesel reads it: what stands before the first underscore, without the dashes.
        let version = name.split('_').next().unwrap_or_default().replace('-', "");
        assert_eq!(version.len(), "YYYYMMDDHHMMSS".len(), "{name}");
        if let Some(other) = names.insert(version, name.clone()) {
            panic!("{name} and {other} have the same version: rename the newer one");
        }
    }
    assert!(!names.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn schema_rs_is_what_the_migrations_make() {
    let db = TestDb::new().await;
    let text = schema_text(&mut *db.connection().await)
        .await
        .expect("schema");
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../crates/db/src/schema.rs");
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        std::fs::write(path, &text).expect("schema.rs is writable");
    }
    let committed = std::fs::read_to_string(path).expect("schema.rs");
    assert!(
        committed == text,
        "schema.rs is stale: run `cargo xtask schema`"
    );
}

/// Every column of every table; partitions are of their table, and the sequence of migrations is nobody's data.
const STORED: &str = "
SELECT format('%s.%s', c.relname, a.attname) AS line FROM pg_attribute a
JOIN pg_class c ON c.oid = a.attrelid AND c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
WHERE a.attnum > 0 AND NOT a.attisdropped AND NOT c.relispartition AND c.relname <> '__diesel_schema_migrations'";

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_stored_is_in_the_data_map() {
    let db = TestDb::new().await;
    let stored: Vec<Line> = sql_query(STORED)
        .load(&mut db.connection().await)
        .await
        .expect("the columns");
    let stored: BTreeSet<String> = stored.into_iter().map(|row| row.line).collect();
    let mapped: BTreeSet<String> = COLUMNS
        .iter()
        .flat_map(|group| {
            group
                .columns()
                .map(|column| format!("{}.{column}", group.table))
        })
        .collect();
    let missing: Vec<_> = stored.difference(&mapped).collect();
    assert!(
        missing.is_empty(),
        "say in domain::data_map what these hold: {missing:?}"
    );
    let gone: Vec<_> = mapped.difference(&stored).collect();
    assert!(gone.is_empty(), "these are not stored any more: {gone:?}");
}

/// Links and the user's own row have steps of their own.
#[test]
fn whatever_the_data_map_says_is_erased_has_a_statement_that_does_it() {
    let done: BTreeSet<&str> = ERASERS
        .iter()
        .map(|eraser| eraser.store)
        .chain(["links", "users"])
        .collect();
    for group in COLUMNS {
        let stays = matches!(group.deletion, Deletion::Stays(_));
        assert!(
            stays || done.contains(group.table),
            "{}: {}",
            group.table,
            group.names
        );
    }
}

#[test]
fn the_committed_data_map_is_what_the_table_says() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/data-map.md");
    let text = markdown();
    if std::env::var_os("UPDATE_DATA_MAP").is_some() {
        std::fs::write(path, &text).expect("the data map is writable");
    }
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        committed == text,
        "docs/data-map.md is stale: run `cargo xtask data-map`"
    );
}
