//! cedar-policy: one policy per rule that permits everybody everything when its conditions hold; the answer names those that
//! did.

use cedar_policy::{
    Authorizer, Context, Decision, Entities, EntityUid, Policy, PolicyId, PolicySet, Request,
    RestrictedExpression,
};

use super::Peer;
use crate::rules::{FLAGS, Facts, LISTS, Rule, RuleCondition, RuleTest, SINGLES, TEXTS, quoted, quoted_list};

pub struct Policies {
    authorizer: Authorizer,
    policies: PolicySet,
    entities: Entities,
    request: Option<Request>,
}

impl Policies {
    pub fn new(rules: &[Rule]) -> Self {
        let policies = rules.iter().enumerate().map(|(number, rule)| {
            let conditions = rule.conditions.iter().map(expression).collect::<Vec<_>>().join(" && ");
            let source = format!("permit(principal, action, resource) when {{ {conditions} }};");
            Policy::parse(Some(PolicyId::new(number.to_string())), &source)
                .unwrap_or_else(|error| panic!("{source}: {error}"))
        });
        Self {
            authorizer: Authorizer::new(),
            policies: PolicySet::from_policies(policies).expect("the numbers differ"),
            entities: Entities::empty(),
            request: None,
        }
    }
}

fn expression(condition: &RuleCondition) -> String {
    let held = match &condition.test {
        RuleTest::Flag(name) => format!("context.{name}"),
        RuleTest::Single(name, values) => match values.as_slice() {
            [value] => format!("context.{name} == {}", quoted(value)),
            values => format!("[{}].contains(context.{name})", quoted_list(values)),
        },
        RuleTest::List(name, values) => format!("context.{name}.containsAny([{}])", quoted_list(values)),
        RuleTest::Phrases(name, phrases) => {
            let like = |(_, phrase): &(i64, String)| {
                assert!(!phrase.contains('*'), "a star would stand for anything");
                format!("context.{name} like {}", quoted(&format!("*{phrase}*")))
            };
            format!("({})", phrases.iter().map(like).collect::<Vec<_>>().join(" || "))
        }
    };
    if condition.negated { format!("!({held})") } else { held }
}

impl Peer for Policies {
    fn prepare(&mut self, facts: &Facts) {
        let text = |text: &String| RestrictedExpression::new_string(text.clone());
        let singles = SINGLES.iter().zip(&facts.singles).chain(TEXTS.iter().zip(&facts.texts));
        let lists = LISTS.iter().zip(&facts.lists);
        let pairs = singles
            .map(|(name, value)| ((*name).to_owned(), text(value)))
            .chain(lists.map(|(name, values)| {
                ((*name).to_owned(), RestrictedExpression::new_set(values.iter().map(text)))
            }))
            .chain(
                FLAGS
                    .iter()
                    .zip(facts.flags)
                    .map(|(name, value)| ((*name).to_owned(), RestrictedExpression::new_bool(value))),
            );
        let context = Context::from_pairs(pairs).expect("the names differ");
        let uid = |text: &str| -> EntityUid { text.parse().expect("a well-formed id") };
        let request = Request::new(
            uid("User::\"desk\""),
            uid("Action::\"change\""),
            uid("Ticket::\"1\""),
            context,
            None,
        );
        self.request = Some(request.expect("without a schema nothing is wrong"));
    }

    fn decide(&mut self) -> Vec<usize> {
        let response = self.authorizer.is_authorized(
            self.request.as_ref().expect("a change was prepared"),
            &self.policies,
            &self.entities,
        );
        assert_eq!(response.diagnostics().errors().count(), 0);
        let numbers = response.diagnostics().reason().map(|id| AsRef::<str>::as_ref(id).parse());
        let numbers: Vec<usize> = numbers.map(|number| number.expect("ids are numbers")).collect();
        assert_eq!(response.decision() == Decision::Allow, !numbers.is_empty());
        numbers
    }
}
