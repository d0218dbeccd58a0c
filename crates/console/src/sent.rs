//! Forms as they were sent, or as they are to be filled in.

use axum::extract::{Form, FromRequest, Request};

use crate::Console;
use crate::refusal::Refusal;

/// Names and values of a form, in the order of the page: a name may stand for many values.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sent(Vec<(String, String)>);

impl Sent {
    /// The value of a name; empty if it was not sent.
    pub(crate) fn one(&self, name: &str) -> &str {
        self.all(name).next().unwrap_or_default()
    }

    /// All values of a name.
    pub(crate) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(sent, _)| sent == name).map(|(_, value)| value.as_str())
    }

    /// Whether one of the values of a name is this, as a box that is ticked sends it.
    pub(crate) fn ticked(&self, name: &str, value: &str) -> bool {
        self.all(name).any(|sent| sent == value)
    }

    /// All names with their values.
    pub(crate) fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Adds a value of a name.
    pub(crate) fn add(&mut self, name: &str, value: impl Into<String>) {
        self.0.push((name.to_owned(), value.into()));
    }

    /// Puts a value in the place of all that a name has.
    pub(crate) fn set(&mut self, name: &str, value: impl Into<String>) {
        self.0.retain(|(sent, _)| sent != name);
        self.add(name, value);
    }
}

impl FromRequest<Console> for Sent {
    type Rejection = Refusal;

    async fn from_request(request: Request, console: &Console) -> Result<Self, Refusal> {
        let form = Form::<Vec<(String, String)>>::from_request(request, console).await;
        form.map(|Form(pairs)| pairs.into()).map_err(|_| Refusal::Unreadable)
    }
}

impl From<Vec<(String, String)>> for Sent {
    fn from(pairs: Vec<(String, String)>) -> Self {
        Self(pairs)
    }
}
