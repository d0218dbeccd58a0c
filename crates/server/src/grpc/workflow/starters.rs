//! What an editor starts from: ready-made workflows, and the variables' descriptions.

use tamis_api::v1;
use tamis_engine::starters::{Language, describe, starters};
use tamis_engine::variable::Variable;

use crate::convert;
use crate::status::Failure;

/// Lists the ready-made workflows.
pub(super) fn templates(request: &v1::ListTemplatesRequest) -> Result<v1::ListTemplatesResponse, Failure> {
    let templates = starters(language(&request.language)?)
        .into_iter()
        .map(|starter| v1::Template {
            template_id: starter.id.to_owned(),
            display_name: starter.workflow.display_name.clone(),
            description: starter.workflow.description.clone(),
            // Without an id, so that it can be created as it is, as often as somebody likes.
            workflow: Some(v1::Workflow {
                workflow_id: String::new(),
                ..convert::workflow::to_wire(&starter.workflow)
            }),
        })
        .collect();
    Ok(v1::ListTemplatesResponse { templates })
}

/// Lists the variables.
pub(super) fn variables(request: &v1::ListVariablesRequest) -> Result<v1::ListVariablesResponse, Failure> {
    let language = language(&request.language)?;
    let variables = Variable::ALL
        .into_iter()
        .map(|variable| {
            let (description, example) = describe(variable, language);
            v1::Variable {
                name: variable.name().to_owned(),
                placeholder: format!("{{{{ {} }}}}", variable.name()),
                description: description.to_owned(),
                example: example.to_owned(),
            }
        })
        .collect();
    Ok(v1::ListVariablesResponse { variables })
}

/// The language of a tag.
///
/// # Errors
/// It is not one that the ready-made texts come in.
pub(super) fn language(tag: &str) -> Result<Language, Failure> {
    Language::from_tag(tag).ok_or_else(|| {
        let message = "the language must be `fr`, `en` or `pl`, or a locale of one of them such as `fr-FR`";
        Failure::invalid_field("language_unknown", "language", message)
    })
}
