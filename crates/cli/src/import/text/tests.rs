//! Placeholders become variables, and whatever a text holds becomes a template.

use proptest::prelude::*;
use tamis_engine::template::Template;
use tamis_engine::variable::Variable;

use super::{Dialect, Placeholder, template};
use crate::import::rule::Rule;

const LIQUID: Dialect = Dialect {
    marks: ("{{", "}}"),
    tags: ("{%", "%}"),
    placeholder,
    phrases: &[("{{a}}/{{b}}", Variable::TicketUrl)],
};
const RUBY: Dialect = Dialect { marks: ("#{", "}"), tags: ("", ""), placeholder, phrases: &[] };

fn placeholder(name: &str) -> Option<Placeholder> {
    match name {
        "id" => Some(Placeholder::Same(Variable::TicketId)),
        "name" => Some(Placeholder::Like(Variable::CustomerName, "more")),
        _ => None,
    }
}

/// The template, and how it differs.
fn translated(text: &str, dialect: Dialect) -> (String, Vec<String>) {
    let mut rule = Rule::new("r".to_owned(), "R".to_owned(), String::new(), true);
    let mut differs = Vec::new();
    let out = template(&mut rule, "body", text, dialect, &mut differs);
    (out, differs)
}

#[test]
fn each_placeholder_becomes_its_variable() {
    let more = "`customer_name` stands in for `name`: more";
    let gaps = "its text has gaps";
    let apart = "two braces stand with a space between them";
    for (text, wanted, differs) in [
        ("No { braces } }}", "No { braces } }}", &[][..]),
        ("{{id}} {{ id }}", "{{ ticket_id }} {{ ticket_id }}", &[]),
        ("{{name}}{{name}}", "{{ customer_name }}{{ customer_name }}", &[more]),
        ("{{id|default:'a'}}", "{{ ticket_id | default: \"a\" }}", &[]),
        ("{{ id | default: \"a\\b\" }}", "{{ ticket_id | default: \"a\\\\b\" }}", &[]),
        ("{{ id | default: a }}", "[id | default: a]", &[gaps]),
        ("{{ id | default: 'a' | upcase }}", "[id | default: 'a' | upcase]", &[gaps]),
        ("{{a}}/{{b}} {{b}}", "{{ ticket_url }} [b]", &[gaps]),
        ("{% if x %}y{% endif %}", "[if x]y[endif]", &[gaps]),
        ("{{ id", "{ { id", &[apart]),
    ] {
        let (out, how) = translated(text, LIQUID);
        assert_eq!(
            (out.as_str(), how.iter().map(String::as_str).collect::<Vec<_>>()),
            (wanted, differs.to_vec())
        );
    }
    assert_eq!(translated("#{id} #{x} #id} {{id}}", RUBY).0, "{{ ticket_id }} [x] #id} { {id}}");
}

proptest! {
    #[test]
    fn any_text_becomes_a_template(pieces in prop::collection::vec("\\{\\{|\\}\\}|\\{|\\}|%|#|\\||id|name|default: \"|\"|é", 0..12)) {
        for dialect in [LIQUID, RUBY] {
            let (out, _) = translated(&pieces.concat(), dialect);
            prop_assert!(Template::parse(&out).is_ok(), "{out}");
        }
    }
}
