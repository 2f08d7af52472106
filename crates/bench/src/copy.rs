//! COPY between PostgreSQL and files, through the client: the role of the engine may not touch the server's files.

use std::path::Path;

use anyhow::Result;
use bytes::{Bytes, BytesMut};
use futures_util::{SinkExt as _, TryStreamExt as _, pin_mut};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, BufReader, BufWriter};
use tokio_postgres::{Client, NoTls};

/// Bytes that are sent at a time.
const CHUNK: usize = 256 * 1024;

/// A connection of the engine's own PostgreSQL.
pub async fn connect(url: &str) -> Result<Client> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    // Ends with the client.
    tokio::spawn(connection);
    Ok(client)
}

/// Writes what `sql` copies to standard output into a file.
pub async fn copy_out(client: &Client, sql: &str, file: &Path) -> Result<()> {
    let mut out = BufWriter::new(tokio::fs::File::create(file).await?);
    let rows = client.copy_out(sql).await?;
    pin_mut!(rows);
    while let Some(chunk) = rows.try_next().await? {
        out.write_all(&chunk).await?;
    }
    Ok(out.flush().await?)
}

/// Sends a file to what `sql` copies from standard input, and answers the rows.
pub async fn copy_in(client: &Client, sql: &str, file: &Path) -> Result<u64> {
    let mut rows = BufReader::with_capacity(CHUNK, tokio::fs::File::open(file).await?);
    let sink = client.copy_in::<_, Bytes>(sql).await?;
    pin_mut!(sink);
    loop {
        let mut chunk = BytesMut::with_capacity(CHUNK);
        if rows.read_buf(&mut chunk).await? == 0 {
            return Ok(sink.finish().await?);
        }
        sink.send(chunk.freeze()).await?;
    }
}
