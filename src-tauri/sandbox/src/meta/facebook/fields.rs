//! The `fields` parameter with its braces: `id,instagram_business_account{id,username}`.

use serde_json::{Map, Value};

use crate::graph_error::GraphError;

/// One field asked for, and those asked for inside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Field {
    pub(super) name: String,
    pub(super) inner: Option<Vec<Self>>,
}

/// Reads `fields`; a brace that is not closed, or closes nothing, is a syntax error.
pub(super) fn parse(text: &str) -> Result<Vec<Field>, GraphError> {
    let mut rest = text;
    let fields = list(&mut rest)?;
    if rest.is_empty() {
        Ok(fields)
    } else {
        Err(syntax_error(text))
    }
}

/// The part of `whole` that `fields` asks for, `id` always. A name outside `possible` is an
/// error; one that only this object lacks is left out.
pub(super) fn pick(
    whole: &Map<String, Value>,
    fields: &[Field],
    possible: &[&str],
    node_type: &str,
) -> Result<Map<String, Value>, GraphError> {
    let mut picked = Map::new();
    for field in fields {
        if !possible.contains(&field.name.as_str()) {
            return Err(GraphError::unknown_field(&field.name, node_type));
        }
        if let Some(value) = whole.get(&field.name) {
            picked.insert(field.name.clone(), value.clone());
        }
    }
    if let Some(id) = whole.get("id") {
        picked.insert("id".to_owned(), id.clone());
    }
    Ok(picked)
}

/// Without `fields`, these.
pub(super) fn or_usual(asked: Option<&str>, usual: &[&str]) -> Result<Vec<Field>, GraphError> {
    match asked.filter(|text| !text.trim().is_empty()) {
        Some(text) => parse(text),
        None => Ok(usual
            .iter()
            .map(|name| Field {
                name: (*name).to_owned(),
                inner: None,
            })
            .collect()),
    }
}

fn list(rest: &mut &str) -> Result<Vec<Field>, GraphError> {
    let mut fields = Vec::new();
    loop {
        let end = rest.find([',', '{', '}']).unwrap_or(rest.len());
        let name = rest[..end].trim().to_owned();
        *rest = &rest[end..];
        let inner = match rest.strip_prefix('{') {
            Some(after) => {
                *rest = after;
                let inner = list(rest)?;
                let after = rest.strip_prefix('}').ok_or_else(|| syntax_error(rest))?;
                *rest = after;
                Some(inner)
            }
            None => None,
        };
        if !name.is_empty() {
            fields.push(Field { name, inner });
        } else if inner.is_some() {
            return Err(syntax_error(rest));
        }
        match rest.strip_prefix(',') {
            Some(after) => *rest = after,
            None => return Ok(fields),
        }
    }
}

fn syntax_error(at: &str) -> GraphError {
    GraphError::oauth(
        2500,
        format!("Syntax error \"Expected end of string\" at: {at}"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(name: &str) -> Field {
        Field {
            name: name.to_owned(),
            inner: None,
        }
    }

    #[test]
    fn fields_may_hold_fields() {
        assert_eq!(
            parse("id, name,a{b,c{d}},e").unwrap(),
            [
                plain("id"),
                plain("name"),
                Field {
                    name: "a".to_owned(),
                    inner: Some(vec![
                        plain("b"),
                        Field {
                            name: "c".to_owned(),
                            inner: Some(vec![plain("d")])
                        }
                    ]),
                },
                plain("e"),
            ]
        );
        for wrong in ["a{b", "a}", "{b}", "a{b}}"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
