//! Changes in JSON, one after another.

use serde::de::IgnoredAny;
use tamis_api::v1::{ErrorReason, EvaluateError, EvaluateRequest};

/// The changes of a text, in order. One that cannot be read is an error in its place; the next one is read all the
/// same, unless the text is not even JSON from there on.
#[derive(Debug)]
pub(crate) struct Changes<'t> {
    text: &'t str,
    account_id: Option<&'t str>,
    /// Where each value begins and ends, in bytes.
    spans: std::vec::IntoIter<(usize, usize)>,
    /// Why the text is no JSON after the last value.
    broken: Option<EvaluateError>,
}

impl<'t> Changes<'t> {
    /// The changes of a text; with an account, that one takes the place of what each change says.
    pub(crate) fn new(text: &'t str, account_id: Option<&'t str>) -> Self {
        let mut spans = Vec::new();
        let mut broken = None;
        let mut values = serde_json::Deserializer::from_str(text).into_iter::<IgnoredAny>();
        let mut start = values.byte_offset();
        while let Some(value) = values.next() {
            match value {
                Ok(IgnoredAny) => spans.push((start, values.byte_offset())),
                Err(error) => {
                    broken = Some(unreadable(&error, ""));
                    break;
                }
            }
            start = values.byte_offset();
        }
        Self { text, account_id, spans: spans.into_iter(), broken }
    }

    /// Whether there is neither a change nor an error.
    pub(crate) fn is_empty(&self) -> bool {
        self.spans.len() == 0 && self.broken.is_none()
    }

    /// Whether there is one change, or one error, and no more.
    pub(crate) fn is_single(&self) -> bool {
        self.spans.len() + usize::from(self.broken.is_some()) == 1
    }

    /// The account of the first change that can be read.
    pub(crate) fn first_account_id(&self) -> Option<String> {
        let mut spans = self.spans.clone();
        spans.find_map(|span| self.read(span).ok()).map(|request| request.account_id)
    }

    fn read(&self, (start, end): (usize, usize)) -> Result<EvaluateRequest, EvaluateError> {
        let json = self.text.get(start..end).unwrap_or_default();
        let before = self.text.get(..start).unwrap_or_default();
        let mut request: EvaluateRequest =
            serde_json::from_str(json).map_err(|error| unreadable(&error, before))?;
        if let Some(account_id) = self.account_id {
            account_id.clone_into(&mut request.account_id);
        }
        Ok(request)
    }
}

impl Iterator for Changes<'_> {
    type Item = Result<EvaluateRequest, EvaluateError>;

    fn next(&mut self) -> Option<Self::Item> {
        match self.spans.next() {
            Some(span) => Some(self.read(span)),
            None => self.broken.take().map(Err),
        }
    }
}

/// What is wrong with the JSON of a change, and where; `before` stands before what was read.
fn unreadable(error: &serde_json::Error, before: &str) -> EvaluateError {
    let text = error.to_string();
    // The error ends with its place, which is counted from the beginning of the value.
    let message = text.rsplit_once(" at line ").map_or(text.as_str(), |(message, _)| message);
    let line = before.matches('\n').count() + error.line();
    let indent = if error.line() == 1 { before.rsplit('\n').next().unwrap_or_default().len() } else { 0 };
    let column = indent + error.column();
    EvaluateError {
        code: i32::from(tonic::Code::InvalidArgument),
        reason: i32::from(ErrorReason::InvalidRequest),
        message: format!("line {line}, column {column}: {message}"),
        violations: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<Result<String, String>> {
        let ids = |request: EvaluateRequest| request.ticket.map(|ticket| ticket.id).unwrap_or_default();
        Changes::new(text, None).map(|change| change.map(ids).map_err(|error| error.message)).collect()
    }

    #[test]
    fn one_change_or_several_are_read_whatever_is_between_them() {
        let cases: [(&str, &[&str]); 6] = [
            ("", &[]),
            (" \n\t", &[]),
            (r#"{"ticket": {"id": "a"}}"#, &["a"]),
            ("{\"ticket\":\n {\"id\":\n \"a\"}}\n", &["a"]),
            ("{\"ticket\":{\"id\":\"a\"}}\n{\"ticket\":{\"id\":\"b\"}}\n", &["a", "b"]),
            (r#"{"ticket":{"id":"a"}}{"ticket":{"id":"b"}} {"ticket":{"id":"c"}}"#, &["a", "b", "c"]),
        ];
        for (text, wanted) in cases {
            let wanted: Vec<_> = wanted.iter().map(|id| Ok((*id).to_owned())).collect();
            assert_eq!(read(text), wanted, "{text:?}");
            assert_eq!(Changes::new(text, None).is_empty(), wanted.is_empty(), "{text:?}");
            assert_eq!(Changes::new(text, None).is_single(), wanted.len() == 1, "{text:?}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_told_with_its_place_in_the_text() {
        let cases = [
            ("{\"tickets\": 1}", 0, "line 1, column 10: unknown field `tickets`"),
            ("{}\n{\"ticket\": {\"id\": 7}}", 1, "line 2, column 19: invalid type: integer `7`"),
            ("{} {\"ticket\": {\"id\": 7}}", 1, "line 1, column 22: invalid type: integer `7`"),
            ("{}\n\n{\"ticket\":\n{\"state\": \"ajar\"}}", 1, "line 4, column 16: unknown variant `ajar`"),
            ("{}\n{]", 1, "line 2, column 2: key must be a string"),
            ("{\"ticket\": {", 0, "line 1, column 12: EOF while parsing"),
        ];
        for (text, at, wanted) in cases {
            let read = read(text);
            let found = read.get(at).cloned().expect("there is such a change").expect_err(text);
            assert!(found.starts_with(wanted), "{text:?}: {found}");
        }
    }

    #[test]
    fn a_change_that_cannot_be_read_does_not_keep_the_next_one_from_being_read() {
        let read = read("{\"ticket\": 1}\n{\"ticket\": {\"id\": \"b\"}}");
        assert!(matches!(read.as_slice(), [Err(_), Ok(id)] if id == "b"), "{read:?}");
    }

    #[test]
    fn an_account_takes_the_place_of_the_changes_own() {
        let text = r#"{"account_id": "a"} {"accountId": "b"} {}"#;
        let ids = |account| -> Vec<String> {
            Changes::new(text, account).map(|change| change.expect("it is read").account_id).collect()
        };
        assert_eq!(ids(None), ["a", "b", ""]);
        assert_eq!(ids(Some("c")), ["c", "c", "c"]);
        assert_eq!(Changes::new(text, None).first_account_id().as_deref(), Some("a"));
    }
}
