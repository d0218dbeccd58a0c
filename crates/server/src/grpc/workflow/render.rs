//! What a template says, for whoever writes it.

use jiff::Timestamp;
use tamis_api::v1;
use tamis_api::v1::view;
use tamis_engine::Request;
use tamis_engine::check::{self, Path};
use tamis_engine::definition::TextFormat;
use tamis_engine::request::{AssignedAgent, Change, Ticket};
use tamis_engine::starters::{Language, describe};
use tamis_engine::template::{Escape, Template};
use tamis_engine::variable::Variable;

use crate::catalog::Catalog;
use crate::convert::{self, request, time, vocabulary};
use crate::grpc::fields::{Fields, pinned};
use crate::grpc::wire;
use crate::identity::Access;
use crate::status::Failure;

/// The id of the example's agent, whose details are those of the examples.
const AGENT_ID: &str = "example";

/// Renders a template.
pub(super) fn render(
    catalog: &Catalog,
    access: &Access,
    asked: &v1::RenderTemplateRequest,
) -> Result<v1::RenderTemplateResponse, Failure> {
    let mut fields = Fields::default();
    fields.require("account_id", &asked.account_id);
    let language = super::starters::language(&asked.language)?;
    let mut found = convert::Findings::default();
    let format = vocabulary::optional(&mut found, &Path::Root("format"), asked.format).unwrap_or_default();
    let now = time::optional_instant(&mut found, &Path::Root("now"), asked.now.as_ref());
    let ticket = match &asked.ticket {
        Some(ticket) => request::ticket(&mut found, &Path::Root("ticket"), view::Ticket::from(ticket)),
        None => example(language),
    };
    let change = Change { timer: true, ..Change::default() };
    let request = Request { ticket, change, now: now.unwrap_or_else(Timestamp::now), ..Request::default() };
    let found = convert::merged(found.into_vec(), check::check_request(&request, "", false));
    found.into_iter().for_each(|finding| fields.wrong(finding));
    fields.finish()?;
    let snapshot = pinned(catalog, access, &asked.account_id)?;
    let wrong = check::template(&asked.template, asked.one_line, "template");
    if !wrong.is_empty() {
        let diagnostics = wire::findings(wrong, &asked.account_id);
        return Ok(v1::RenderTemplateResponse { diagnostics, ..v1::RenderTemplateResponse::default() });
    }
    // Nothing is wrong with it, so that this is one; the check has told otherwise.
    let Ok(template) = Template::parse(&asked.template) else {
        return Ok(v1::RenderTemplateResponse::default());
    };
    let escape = match format {
        _ if asked.one_line => Escape::OneLine,
        TextFormat::Plain => Escape::None,
        TextFormat::Html => Escape::Html,
    };
    let (text, missing) = snapshot.index.render(template, escape, &request);
    Ok(v1::RenderTemplateResponse {
        text,
        missing_variables: missing.into_iter().map(|variable| variable.name().to_owned()).collect(),
        diagnostics: Vec::new(),
    })
}

/// A ticket with the examples that the variables are described by.
fn example(language: Language) -> Ticket<'static> {
    let of = |variable| describe(variable, language).1.into();
    Ticket {
        id: of(Variable::TicketId),
        url: Some(of(Variable::TicketUrl)),
        customer_name: Some(of(Variable::CustomerName)),
        customer_email: Some(of(Variable::CustomerEmail)),
        assigned_agent: Some(AssignedAgent {
            id: AGENT_ID.into(),
            first_name: Some(of(Variable::AssignedAgentFirstName)),
            last_name: Some(of(Variable::AssignedAgentLastName)),
            email: Some(of(Variable::AssignedAgentEmail)),
        }),
        ..Ticket::default()
    }
}
