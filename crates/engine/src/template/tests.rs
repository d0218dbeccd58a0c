use std::borrow::Cow;

use proptest::prelude::*;

use super::{Escape, Template};
use crate::variable::Variable;

fn value(variable: Variable) -> Option<Cow<'static, str>> {
    Some(Cow::Borrowed(match variable {
        Variable::TicketId => "T-1",
        Variable::TicketUrl => "https://desk.example/t?id=1&view=all",
        Variable::CustomerName => "Zoé {{ ticket_id }} <b>\"O'Hara\"</b>",
        Variable::CustomerEmail => "zoe@example.com\r\nBcc: all@example.com",
        Variable::AssignedAgentFirstName => "",
        Variable::AssignedAgentLastName => " \u{a0}\n",
        _ => return None,
    }))
}

fn render(text: &str, escape: Escape) -> (String, Vec<Variable>) {
    let template = Template::parse(text).unwrap_or_else(|errors| panic!("{text}: {errors:?}"));
    let (mut out, mut missing) = (String::from("> "), Vec::new());
    template.render(value, escape, &mut out, &mut missing);
    (out.split_off(2), missing)
}

#[test]
fn texts_and_variables_render() {
    let cases = [
        ("", ""),
        ("no variable", "no variable"),
        ("{{ticket_id}}", "T-1"),
        ("a {{ ticket_id }} b {{\tticket_id\u{a0}\n}}.", "a T-1 b T-1."),
        (r#"{{ ticket_id | default: "none" }}"#, "T-1"),
        (r#"{{assigned_agent_email|default:"none"}}"#, "none"),
        (
            r#"{{ assigned_agent_email | default : "}} {{ ticket_id }} \"a\" \\ b" }}!"#,
            r#"}} {{ ticket_id }} "a" \ b!"#,
        ),
        (r#"{{ assigned_agent_email | default: "" }}"#, ""),
        ("{{ assigned_agent_email | default: \"two\nlines\" }}", "two\nlines"),
        ("{ ticket_id } }} { {ticket_id}} {", "{ ticket_id } }} { {ticket_id}} {"),
        ("{{ ticket_id }}}", "T-1}"),
        // A value is never read as a template.
        ("{{ customer_name }}", "Zoé {{ ticket_id }} <b>\"O'Hara\"</b>"),
        ("Żółć {{ ticket_id }} 각", "Żółć T-1 각"),
    ];
    for (text, expected) in cases {
        assert_eq!(render(text, Escape::None).0, expected, "{text}");
    }
}

#[test]
fn values_and_fallbacks_are_escaped_and_the_authors_text_is_not() {
    let cases = [
        (
            Escape::Html,
            "<p>R&D {{ customer_name }}</p>",
            "<p>R&D Zoé {{ ticket_id }} &lt;b&gt;&quot;O&#39;Hara&quot;&lt;/b&gt;</p>",
        ),
        (
            Escape::Html,
            r#"<a href="{{ ticket_url }}">{{ current_date_time | default: "<now>" }}</a>"#,
            r#"<a href="https://desk.example/t?id=1&amp;view=all">&lt;now&gt;</a>"#,
        ),
        (Escape::OneLine, "{{ customer_email }}", "zoe@example.com Bcc: all@example.com"),
        (Escape::OneLine, "a\n{{ current_date_time | default: \"b\nc\" }}", "a\nb c"),
        (Escape::None, "{{ customer_email }}", "zoe@example.com\r\nBcc: all@example.com"),
    ];
    for (escape, text, expected) in cases {
        assert_eq!(render(text, escape).0, expected, "{text}");
    }
}

#[test]
fn every_line_break_becomes_one_space() {
    let template = Template::parse("{{ customer_name }}").unwrap();
    let breaks = "a\r\nb\rc\nd\u{b}e\u{c}f\u{85}g\u{2028}h\u{2029}i\n\rj\r";
    let mut out = String::new();
    template.render(|_| Some(breaks.into()), Escape::OneLine, &mut out, &mut Vec::new());
    assert_eq!(out, "a b c d e f g h i  j ");
}

#[test]
fn missing_values_are_listed_once_and_in_order() {
    let text = "{{ assigned_agent_last_name }}{{ ticket_id }}{{ assigned_agent_first_name | default: \"x\" }}\
                {{ assigned_agent_email }}{{ assigned_agent_last_name | default: \"y\" }}";
    let (out, missing) = render(text, Escape::None);
    assert_eq!(out, "T-1xy");
    let expected =
        [Variable::AssignedAgentLastName, Variable::AssignedAgentFirstName, Variable::AssignedAgentEmail];
    assert_eq!(missing, expected);

    let template = Template::parse("{{ assigned_agent_email }}{{ current_date_time }}").unwrap();
    let mut missing = vec![Variable::CurrentDateTime];
    template.render(value, Escape::None, &mut String::new(), &mut missing);
    assert_eq!(
        missing,
        [Variable::CurrentDateTime, Variable::AssignedAgentEmail],
        "what was missing before stays"
    );
}

#[test]
fn variables_come_in_order_of_appearance() {
    let template = Template::parse("{{ ticket_url }} {{ ticket_id }} {{ ticket_url }}").unwrap();
    let variables: Vec<_> = template.variables().collect();
    assert_eq!(variables, [Variable::TicketUrl, Variable::TicketId, Variable::TicketUrl]);
    for variable in Variable::ALL {
        let text = format!("{{{{ {} }}}}", variable.name());
        let template = Template::parse(&text).unwrap();
        assert!(template.variables().eq([variable]));
    }
}

#[test]
fn only_a_text_without_variables_is_plain() {
    for (text, plain) in
        [("", true), ("{ } }} { {x}}", true), ("{{ ticket_id }}", false), ("a {{ticket_id}} b", false)]
    {
        assert_eq!(Template::parse(text).unwrap().plain(), plain.then_some(text), "{text}");
    }
}

/// Line, column and a part of the message and of the help, for each error.
type Expected = &'static [(u32, u32, &'static str, &'static str)];

#[test]
fn everything_wrong_is_told_with_its_place() {
    let cases: &[(&str, Expected)] = &[
        ("{{ custmer_name }}", &[(1, 4, "unknown variable `custmer_name`", "did you mean `customer_name`?")]),
        (
            "{{ Customer Name }}",
            &[(1, 4, "unknown variable `Customer Name`", "did you mean `customer_name`?")],
        ),
        ("{{ customer.name }}", &[(1, 4, "unknown variable", "did you mean `customer_name`?")]),
        ("{{{ ticket_id }}}", &[(1, 3, "unknown variable `{ ticket_id`", "did you mean `ticket_id`?")]),
        (
            "{{ weather }}",
            &[(1, 4, "unknown variable `weather`", "the variables are ticket_id, ticket_url,")],
        ),
        ("{{}}", &[(1, 3, "the name of a variable is missing", "the variables are ticket_id,")]),
        ("{{ | default: \"a\" }}", &[(1, 4, "the name of a variable is missing", "the variables are")]),
        ("Żółć 각\n  {{ ticket_id", &[(2, 3, "`{{` is not closed", "close it with `}}`")]),
        ("{{", &[(1, 1, "`{{` is not closed", "close it")]),
        ("{{ ticket_id } and {{ ticket_url }}", &[(1, 1, "`{{` is not closed", "close it")]),
        ("{{{{ ticket_id }}", &[(1, 1, "`{{` is not closed", "close it")]),
        (
            "{{ ticket_id | upcase }}",
            &[(1, 16, "expected `default: \"…\"` after `|`", "write {{ customer_name")],
        ),
        ("{{ ticket_id | default \"a\" }}", &[(1, 24, "expected `default: \"…\"` after `|`", "write {{")]),
        ("{{ ticket_id | default: a }}", &[(1, 25, "in straight double quotes", "write {{ customer_name")]),
        (
            "{{ ticket_id | default: “a” }}",
            &[(1, 25, "in straight double quotes", "replace `“`, which a text editor")],
        ),
        ("{{ ticket_id | default: „a” }}", &[(1, 25, "in straight double quotes", "replace `„`")]),
        ("{{ ticket_id | default: « a » }}", &[(1, 25, "in straight double quotes", "replace `«`")]),
        ("{{ ticket_id | default: 'a' }}", &[(1, 25, "in straight double quotes", "replace `'`")]),
        ("{{ ticket_id | default: &quot;a&quot; }}", &[(1, 25, "in straight double quotes", "not `&quot;`")]),
        (
            "{{ ticket_id | default: \"a }} b",
            &[(1, 25, "the fallback's quote is not closed", "straight double quote")],
        ),
        (
            "{{ ticket_id | default: \"a\\n\" }}",
            &[(1, 27, "unknown escape `\\n` in a fallback", "write a backslash as")],
        ),
        ("{{ ticket_id | default: \"a\" b }}", &[(1, 29, "expected `}}` after the fallback", "write {{")]),
        (
            "{{ ticket_id | default: “a” {{ nothing }}",
            &[
                (1, 1, "`{{` is not closed", ""),
                (1, 25, "in straight double quotes", "replace `“`"),
                (1, 32, "unknown variable `nothing`", "the variables are"),
            ],
        ),
        (
            "{{ nme }}\n{{ ticket_idd | default: \"\\x\\y\" }}\n{{ ticket_url",
            &[
                (1, 4, "unknown variable `nme`", "the variables are"),
                (2, 4, "unknown variable `ticket_idd`", "did you mean `ticket_id`?"),
                (2, 27, "unknown escape `\\x`", "only"),
                (2, 29, "unknown escape `\\y`", "only"),
                (3, 1, "`{{` is not closed", "close it"),
            ],
        ),
    ];
    for (text, expected) in cases {
        let errors = Template::parse(text).expect_err(text);
        let places: Vec<_> = errors.iter().map(|error| (error.line, error.column)).collect();
        let wanted: Vec<_> = expected.iter().map(|(line, column, ..)| (*line, *column)).collect();
        assert_eq!(places, wanted, "{text}: {errors:?}");
        for (error, (_, _, message, help)) in errors.iter().zip(*expected) {
            assert!(error.message.contains(message), "{text}: {error:?}");
            assert!(error.help.contains(help), "{text}: {error:?}");
        }
    }
}

#[test]
fn a_long_name_is_cut_in_the_message() {
    let errors = Template::parse(&format!("{{{{ {} }}}}", "é".repeat(10_000))).unwrap_err();
    assert_eq!(errors.first().unwrap().message, format!("unknown variable `{}…`", "é".repeat(40)));
}

proptest! {
    #[test]
    fn any_text_is_parsed_or_refused_with_places_inside_it(text in "(\\{\\{|\\}\\}|[{}|\":\\\\ \na“é]|default|ticket_id){0,24}") {
        let lines: Vec<&str> = text.split('\n').collect();
        match Template::parse(&text) {
            Ok(template) => {
                let mut out = String::new();
                template.render(|_| Some("v".into()), Escape::None, &mut out, &mut Vec::new());
                prop_assert!(template.variables().next().is_some() || out == text);
            }
            Err(errors) => {
                prop_assert!(!errors.is_empty());
                prop_assert!(errors.is_sorted_by_key(|error| (error.line, error.column)));
                for error in errors {
                    let line = lines[usize::try_from(error.line - 1).unwrap()];
                    prop_assert!(usize::try_from(error.column).unwrap() <= line.chars().count() + 1);
                }
            }
        }
    }

    #[test]
    fn a_text_without_variables_renders_as_it_is(text in "[^{]{0,40}") {
        prop_assert_eq!(render(&text, Escape::Html), (text, Vec::new()));
    }

    #[test]
    fn fallbacks_survive_their_escapes(fallback in any::<String>()) {
        let quoted = fallback.replace('\\', r"\\").replace('"', "\\\"");
        let (out, _) = render(&format!("{{{{ assigned_agent_email | default: \"{quoted}\" }}}}"), Escape::None);
        prop_assert_eq!(out, fallback);
    }
}
