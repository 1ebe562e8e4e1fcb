//! Query strings and form bodies.

use std::collections::BTreeSet;

use url::form_urlencoded;

/// Decoded name and value pairs in the order they came.
#[derive(Debug, Clone, Default)]
pub(crate) struct Params(Vec<(String, String)>);

impl Params {
    /// From `a=1&b=2`, percent-decoded.
    pub(crate) fn parse(encoded: &[u8]) -> Self {
        Self(form_urlencoded::parse(encoded).into_owned().collect())
    }

    /// From a body of one of the two form types; of another type nothing is read.
    pub(crate) fn from_body(content_type: &str, body: &[u8]) -> Self {
        if let Some(boundary) = multipart_boundary(content_type) {
            return Self(multipart_fields(&boundary, &String::from_utf8_lossy(body)));
        }
        if content_type.starts_with("application/x-www-form-urlencoded") {
            return Self::parse(body);
        }
        Self::default()
    }

    /// The last value of `name`, as the platform takes it.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .rev()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// Every value of `name`.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0
            .iter()
            .filter(move |(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// `true` or `1`.
    pub(crate) fn is_on(&self, name: &str) -> bool {
        matches!(self.get(name), Some("true" | "1"))
    }

    /// `false` or `0`.
    pub(crate) fn is_off(&self, name: &str) -> bool {
        matches!(self.get(name), Some("false" | "0"))
    }

    /// Whether a name comes twice.
    pub(crate) fn has_doubles(&self) -> bool {
        self.names().len() < self.0.len()
    }

    /// Each name once.
    pub(crate) fn names(&self) -> BTreeSet<String> {
        self.0.iter().map(|(name, _)| name.clone()).collect()
    }
}

fn multipart_boundary(content_type: &str) -> Option<String> {
    let rest = content_type.strip_prefix("multipart/form-data")?;
    let (_, boundary) = rest.split_once("boundary=")?;
    let boundary = boundary.split(';').next().unwrap_or_default();
    Some(boundary.trim().trim_matches('"').to_owned())
}

/// Text fields of a multipart body (RFC 7578); enough for five short form fields, not for files.
fn multipart_fields(boundary: &str, body: &str) -> Vec<(String, String)> {
    let separator = format!("--{boundary}");
    let parts = body.split(&separator).filter_map(|part| {
        let (head, value) = part.split_once("\r\n\r\n")?;
        let (_, name) = head.split_once("name=\"")?;
        let (name, _) = name.split_once('"')?;
        Some((
            name.to_owned(),
            value.strip_suffix("\r\n").unwrap_or(value).to_owned(),
        ))
    });
    parts.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_form_types_give_the_same_fields() {
        let multipart = "--x\r\nContent-Disposition: form-data; name=\"code\"\r\n\r\nA b\r\n\
                         --x\r\nContent-Disposition: form-data; name=\"n\"\r\n\r\n1\r\n--x--\r\n";
        let form = Params::from_body("application/x-www-form-urlencoded", b"code=A+b&n=1");
        let parts = Params::from_body("multipart/form-data; boundary=x", multipart.as_bytes());
        for params in [form, parts] {
            assert_eq!(params.get("code"), Some("A b"));
            assert_eq!(params.get("n"), Some("1"));
        }
        assert_eq!(
            Params::from_body("application/json", b"{}").get("code"),
            None
        );
    }

    #[test]
    fn a_name_that_comes_twice_is_seen() {
        assert!(Params::parse(b"a=1&a=2").has_doubles());
        assert!(!Params::parse(b"a=1&b=1").has_doubles());
    }
}
