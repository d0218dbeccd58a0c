//! The form in which somebody says what happened to which ticket.

use maud::{Markup, html};
use tamis_api::v1;

use super::change::{FACTS, Problem, What};
use crate::diagnostics;
use crate::language::Language;
use crate::sent::Sent;
use crate::words::{self, Vocabulary};

/// Names that are offered as a list of boxes; of more, the ids are typed.
const BOXES_MAX: usize = 40;
/// Names that are offered in a menu.
const MENU_MAX: usize = 1_000;

/// The form, as far as it is filled in.
pub(crate) struct Form<'f> {
    pub(crate) l: Language,
    pub(crate) directory: &'f v1::Directory,
    pub(crate) filled: &'f Sent,
    pub(crate) problems: &'f [Problem],
}

impl Form<'_> {
    /// All fields.
    pub(crate) fn show(&self) -> Markup {
        html! {
            input type="hidden" name="base" value=(self.filled.one("base"));
            input type="hidden" name="draft" value=(self.filled.one("draft"));
            (self.facts())
            (self.ticket())
            (self.times())
            (self.more())
        }
    }

    fn facts(&self) -> Markup {
        html! {
            fieldset .stack {
                legend { (self.l.text("trying-what")) }
                @for fact in FACTS {
                    div .fact {
                        label .choice {
                            input type="checkbox" name="fact" value=(fact) checked[self.filled.ticked("fact", fact)];
                            (self.l.text(&format!("fact-{fact}")))
                        }
                        (self.fact(fact))
                    }
                }
                (self.problem("fact"))
            }
        }
    }

    /// What there is to say of a fact.
    fn fact(&self, fact: &str) -> Markup {
        let author = |author: v1::MessageAuthor| i32::from(author).to_string();
        let creator = |creator: v1::TicketCreator| i32::from(creator).to_string();
        match fact {
            "message" => html! {
                div .detail.stack {
                    (self.area("text", "trying-text"))
                    div .row {
                        (self.radio("author", &author(v1::MessageAuthor::Customer), "author-customer", true))
                        (self.radio("author", &author(v1::MessageAuthor::Other), "author-other", false))
                    }
                    div .row {
                        (self.tick("first", "trying-first"))
                        (self.tick("auto", "trying-auto"))
                    }
                }
            },
            "created" => html! {
                div .detail.row {
                    (self.radio("created_by", &creator(v1::TicketCreator::CustomerMessage), "new-ticket-customer_message", true))
                    (self.radio("created_by", &creator(v1::TicketCreator::Agent), "new-ticket-agent", false))
                }
            },
            "tags" => {
                html! { div .detail { (self.several("tags_assigned", "trying-tags-assigned", Vocabulary::Tags)) } }
            }
            "status" => {
                html! { div .detail { (self.picker("status_set", "trying-status-set", Vocabulary::Statuses)) } }
            }
            _ => html! {},
        }
    }

    fn ticket(&self) -> Markup {
        html! {
            fieldset .stack {
                legend { (self.l.text("trying-ticket")) }
                (self.input("subject", "trying-subject", "text"))
                div .grid {
                    (self.input("customer_name", "trying-customer-name", "text"))
                    (self.input("customer_email", "trying-customer-email", "text"))
                    (self.picker("source", "condition-source", Vocabulary::Sources))
                    (self.picker("inbox", "condition-inbox", Vocabulary::Inboxes))
                    (self.picker("current_status", "condition-current_status", Vocabulary::Statuses))
                    (self.menu("state", "condition-ticket_state", &[v1::TicketState::Open, v1::TicketState::Closed].map(|state| (i32::from(state), words::ticket_state(state)))))
                    (self.menu("reply_status", "condition-reply_status", &[v1::ReplyStatus::Answered, v1::ReplyStatus::Unanswered].map(|status| (i32::from(status), words::reply_status(status)))))
                    (self.picker("agent", "trying-agent", Vocabulary::Agents))
                }
                (self.several("ticket_tags", "trying-tags", Vocabulary::Tags))
            }
        }
    }

    fn times(&self) -> Markup {
        html! {
            fieldset .stack {
                legend { (self.l.text("trying-times")) }
                div .grid {
                    (self.instant("now", "trying-now"))
                    (self.instant("created_at", "trying-created-at"))
                    (self.instant("last_customer_reply_at", "trying-last-reply-at"))
                }
                p .help { (self.l.text("trying-now-help")) }
            }
        }
    }

    fn more(&self) -> Markup {
        let is_used = ["integration", "allegro_account", "ticket_type", "context", "orders", "url"];
        let is_used = is_used.iter().any(|name| !self.filled.one(name).is_empty())
            || !self.problems.is_empty() && self.problems.iter().any(|problem| problem.field == "ticket_id");
        let sentiments = [v1::Sentiment::Positive, v1::Sentiment::Neutral, v1::Sentiment::Negative];
        html! {
            details .card open[is_used] {
                summary { (self.l.text("trying-more")) }
                div .stack {
                    div .grid {
                        (self.picker("integration", "condition-integration", Vocabulary::Integrations))
                        (self.picker("allegro_account", "condition-allegro_account", Vocabulary::AllegroAccounts))
                        (self.picker("ticket_type", "condition-ticket_type", Vocabulary::TicketTypes))
                        (self.picker("context", "condition-context", Vocabulary::Contexts))
                        (self.menu("sentiment", "condition-sentiment", &sentiments.map(|value| (i32::from(value), words::sentiment(value)))))
                        (self.input("ticket_id", "trying-ticket-id", "text"))
                        (self.input("url", "trying-url", "text"))
                    }
                    (self.area("orders", "trying-orders-field"))
                    (self.tick("chaining", "trying-chaining"))
                }
            }
        }
    }

    fn label(&self, name: &str, text: &str) -> Markup {
        html! { label for={ "f-" (name) } { (self.l.text(text)) } }
    }

    /// The place of what is wrong with a field.
    fn problem(&self, name: &str) -> Markup {
        html! {
            div id={ "problem-" (name) } .problems role="alert" {
                @for problem in self.problems.iter().filter(|problem| problem.field == name) { (said(self.l, &problem.what)) }
            }
        }
    }

    fn is_wrong(&self, name: &str) -> Option<&'static str> {
        self.problems.iter().any(|problem| problem.field == name).then_some("true")
    }

    fn input(&self, name: &str, text: &str, kind: &str) -> Markup {
        html! {
            div .field {
                (self.label(name, text))
                input id={ "f-" (name) } name=(name) type=(kind) value=(self.filled.one(name)) autocomplete="off"
                    aria-describedby={ "problem-" (name) } aria-invalid=[self.is_wrong(name)];
                (self.problem(name))
            }
        }
    }

    fn instant(&self, name: &str, text: &str) -> Markup {
        let value = self.filled.one(name);
        // A browser asks for seconds only where it is told to, and empties a field that has them otherwise.
        let has_seconds = value.matches(':').count() > 1;
        html! {
            div .field {
                (self.label(name, text))
                input id={ "f-" (name) } name=(name) type="datetime-local" value=(value) step=[has_seconds.then_some("1")]
                    aria-describedby={ "problem-" (name) } aria-invalid=[self.is_wrong(name)];
                (self.problem(name))
            }
        }
    }

    fn area(&self, name: &str, text: &str) -> Markup {
        html! {
            div .field {
                (self.label(name, text))
                // A line break after the beginning of the element is none of the text.
                textarea id={ "f-" (name) } name=(name) rows="4" aria-describedby={ "problem-" (name) } aria-invalid=[self.is_wrong(name)] {
                    "\n" (self.filled.one(name))
                }
                (self.problem(name))
            }
        }
    }

    fn tick(&self, name: &str, text: &str) -> Markup {
        html! {
            label .choice {
                input type="checkbox" name=(name) value="yes" checked[self.filled.ticked(name, "yes")];
                (self.l.text(text))
            }
        }
    }

    fn radio(&self, name: &str, value: &str, text: &str, is_usual: bool) -> Markup {
        let chosen = self.filled.one(name);
        let checked = if chosen.is_empty() { is_usual } else { chosen == value };
        html! {
            label .choice { input type="radio" name=(name) value=(value) checked[checked]; (self.l.text(text)) }
        }
    }

    /// One of a few.
    fn menu(&self, name: &str, text: &str, values: &[(i32, &'static str)]) -> Markup {
        let terms: Vec<(String, String)> =
            values.iter().map(|(number, id)| (number.to_string(), self.l.text(id).into_owned())).collect();
        let terms: Vec<(&str, &str)> = terms.iter().map(|(id, name)| (id.as_str(), name.as_str())).collect();
        let chosen = Some(self.filled.one(name)).filter(|chosen| *chosen != "0").unwrap_or_default();
        self.options(name, text, &terms, chosen)
    }

    /// One of the directory, or any text where the directory does not say what there is.
    fn picker(&self, name: &str, text: &str, list: Vocabulary) -> Markup {
        let terms = list.terms(self.directory);
        if terms.is_empty() || terms.len() > MENU_MAX {
            return self.input(name, text, "text");
        }
        let terms: Vec<(&str, &str)> = terms.iter().map(|(id, name)| (*id, name.as_str())).collect();
        self.options(name, text, &terms, self.filled.one(name))
    }

    fn options(&self, name: &str, text: &str, terms: &[(&str, &str)], chosen: &str) -> Markup {
        let is_unknown = !chosen.is_empty() && terms.iter().all(|(id, _)| *id != chosen);
        html! {
            div .field {
                (self.label(name, text))
                select id={ "f-" (name) } name=(name) aria-describedby={ "problem-" (name) } aria-invalid=[self.is_wrong(name)] {
                    option value="" { "–" }
                    @for (id, name) in terms { option value=(id) selected[*id == chosen] { (name) } }
                    @if is_unknown { option value=(chosen) selected { (chosen) } }
                }
                (self.problem(name))
            }
        }
    }

    /// Any of the directory.
    fn several(&self, name: &str, text: &str, list: Vocabulary) -> Markup {
        let terms = list.terms(self.directory);
        let chosen: Vec<&str> =
            self.filled.all(name).flat_map(str::lines).filter(|id| !id.trim().is_empty()).collect();
        if terms.is_empty() || terms.len() > BOXES_MAX {
            return html! {
                div .field {
                    (self.label(name, text))
                    textarea id={ "f-" (name) } name=(name) rows="3" aria-describedby={ "problem-" (name) } {
                        "\n" (chosen.join("\n"))
                    }
                    p .help { (self.l.text("trying-one-a-line")) }
                    (self.problem(name))
                }
            };
        }
        let unknown = chosen.iter().filter(|id| terms.iter().all(|(known, _)| known != *id));
        html! {
            fieldset .boxes aria-describedby={ "problem-" (name) } {
                legend { (self.l.text(text)) }
                div .row {
                    @for (id, term) in &terms {
                        label .choice { input type="checkbox" name=(name) value=(id) checked[chosen.contains(id)]; (term) }
                    }
                    @for id in unknown { label .choice { input type="checkbox" name=(name) value=(id) checked; (id) } }
                }
                (self.problem(name))
            }
        }
    }
}

/// What is wrong with a field.
pub(crate) fn said(l: Language, what: &What) -> Markup {
    match what {
        What::Text(id) => html! { p .diagnostic.error { (l.text(id)) } },
        What::Found(finding) => {
            html! { p .diagnostic.error data-field=(finding.field) { (diagnostics::told(l, finding)) } }
        }
    }
}

/// The field of the form that a path of the request leads to.
pub(crate) fn field_of(path: &str) -> &'static str {
    let path = path.strip_prefix("request.").unwrap_or(path);
    for (prefix, field) in [
        ("ticket.id", "ticket_id"),
        ("ticket.url", "url"),
        ("ticket.source", "source"),
        ("ticket.integration", "integration"),
        ("ticket.allegro_account", "allegro_account"),
        ("ticket.inbox", "inbox"),
        ("ticket.type", "ticket_type"),
        ("ticket.subject", "subject"),
        ("ticket.current_status", "current_status"),
        ("ticket.state", "state"),
        ("ticket.tags", "ticket_tags"),
        ("ticket.context", "context"),
        ("ticket.sentiment", "sentiment"),
        ("ticket.reply_status", "reply_status"),
        ("ticket.created_at", "created_at"),
        ("ticket.last_customer_reply_at", "last_customer_reply_at"),
        ("ticket.linked_order_ids", "orders"),
        ("ticket.customer_name", "customer_name"),
        ("ticket.customer_email", "customer_email"),
        ("ticket.assigned_agent", "agent"),
        ("change.message_received.text", "text"),
        ("change.message_received", "text"),
        ("change.tags_assigned", "tags_assigned"),
        ("change.status_set", "status_set"),
        ("change", "fact"),
        ("now", "now"),
    ] {
        let rest = path.strip_prefix(prefix);
        if rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '['])) {
            return field;
        }
    }
    "pasted"
}
