//! The configuration of traces.

use url::Url;

use super::reader::Reader;

/// Where traces go.
#[derive(Clone, Debug)]
pub struct TraceConfig {
    /// The collector's address for traces.
    pub endpoint: Url,
    /// Share of the traces that are sent, 0 to 1.
    pub share: f64,
}

impl TraceConfig {
    /// None unless a collector is named.
    pub(super) fn read(reader: &mut Reader<'_>) -> Option<Option<Self>> {
        let share = reader.with("OTEL_TRACES_SAMPLER_ARG", share);
        let endpoint = match reader.optional("OTEL_EXPORTER_OTLP_ENDPOINT") {
            Some(_) => Some(reader.with("OTEL_EXPORTER_OTLP_ENDPOINT", collector)?),
            None => None,
        };
        let share = share?;
        Some(endpoint.map(|endpoint| Self { endpoint, share }))
    }
}

fn share(text: &str) -> Result<f64, &'static str> {
    let share = text.parse::<f64>().ok();
    share
        .filter(|share| (0.0..=1.0).contains(share))
        .ok_or("it is not between 0 and 1")
}

fn collector(text: &str) -> Result<Url, &'static str> {
    let mut url = Url::parse(text).map_err(|_| "it is no address")?;
    if url.scheme() != "http" {
        return Err(
            "it does not begin with http://; a collector beside the engine passes traces on by https",
        );
    }
    let base = url.path().trim_end_matches('/');
    url.set_path(&format!("{base}/v1/traces"));
    Ok(url)
}

#[cfg(test)]
mod tests {
    use crate::config::tests::load;

    #[test]
    fn traces_go_to_a_collector_that_is_named_and_near() {
        let with = |endpoint: &'static str, share: &'static str| {
            load(&[
                ("DATA_DIR", "/nonexistent"),
                ("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint),
                ("OTEL_TRACES_SAMPLER_ARG", share),
            ])
        };
        assert!(with("", "").unwrap().traces.is_none());
        for (endpoint, url) in [
            ("http://localhost:4318", "http://localhost:4318/v1/traces"),
            ("http://otel/ingest/", "http://otel/ingest/v1/traces"),
        ] {
            let traces = with(endpoint, "0.5").unwrap().traces.unwrap();
            assert_eq!((traces.endpoint.as_str(), traces.share), (url, 0.5));
        }
        for (endpoint, share, named) in [
            ("https://otel", "1", "OTEL_EXPORTER_OTLP_ENDPOINT"),
            ("localhost:4318", "1", "OTEL_EXPORTER_OTLP_ENDPOINT"),
            ("", "1.5", "OTEL_TRACES_SAMPLER_ARG"),
            ("", "NaN", "OTEL_TRACES_SAMPLER_ARG"),
        ] {
            let problems = with(endpoint, share).map(|_| ()).expect_err(endpoint);
            assert!(
                problems.len() == 1 && problems[0].starts_with(named),
                "{problems:?}"
            );
        }
    }
}
