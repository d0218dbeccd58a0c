//! Every bound on a definition or a request, with its reason.

/// Characters in the id of an account or of a workflow: fits any UUID or slug, and a line of a log.
pub const ID_CHARS_MAX: usize = 128;
/// Bytes of one of the caller's own ids (a tag, a status, an agent, a ticket …): fits URLs used as ids.
pub const VALUE_BYTES_MAX: usize = 256;
/// Characters in a display name: what a list shows on two lines.
pub const DISPLAY_NAME_CHARS_MAX: usize = 200;
/// Characters in a description.
pub const DESCRIPTION_CHARS_MAX: usize = 2_000;
/// Conditions in `all`, and in `any`: no editor shows more; alternatives multiply with them.
pub const CONDITIONS_MAX: usize = 50;
/// Actions of one workflow.
pub const ACTIONS_MAX: usize = 50;
/// Examples of one workflow: each runs on every save.
pub const EXAMPLES_MAX: usize = 50;
/// Values of one condition, phrases included.
pub const VALUES_MAX: usize = 1_000;
/// Bytes of one phrase: longer than any that people search for, short enough for automata.
pub const PHRASE_BYTES_MAX: usize = 1_024;
/// Time ranges of one condition.
pub const TIME_RANGES_MAX: usize = 100;
/// Bounds of one elapsed condition.
pub const ELAPSED_BOUNDS_MAX: usize = 20;
/// Attendances of one working-hours condition.
pub const ATTENDANCES_MAX: usize = 100;
/// Days in the longest duration of an elapsed condition: ten years.
pub const ELAPSED_DAYS_MAX: i64 = 3_653;
/// Bytes of a template of a body or of instructions.
pub const TEMPLATE_BYTES_MAX: usize = 65_536;
/// Bytes of a template of one line: an e-mail's recipient or subject. RFC 5322 allows 998 characters a line.
pub const LINE_TEMPLATE_BYTES_MAX: usize = 1_024;
/// Agents, inboxes, and terms of each vocabulary in a directory.
pub const DIRECTORY_ENTRIES_MAX: usize = 10_000;
/// Weekly spans of one schedule.
pub const WEEKLY_INTERVALS_MAX: usize = 100;
/// Dated exceptions of one schedule.
pub const EXCEPTIONS_MAX: usize = 1_000;
/// Workflows of one account.
pub const WORKFLOWS_MAX: usize = 1_000_000;
/// Bytes of a message's text in a request: longer mails are quoted threads.
pub const MESSAGE_BYTES_MAX: usize = 524_288;
/// Bytes of a subject or of a customer's name in a request.
pub const SHORT_TEXT_BYTES_MAX: usize = 65_536;
/// Bytes of an e-mail address (RFC 5321 allows 254) or of a URL in a request.
pub const ADDRESS_BYTES_MAX: usize = 1_024;
/// Tags, inbox groups, or linked orders of a ticket in a request.
pub const TICKET_LIST_MAX: usize = 1_000;
/// Workflows in the cause of a request.
pub const CAUSE_MAX: usize = 100;
/// Rounds of a chain, the first one included: longer ones are loops, or nobody can tell any more why something was done.
pub const CHAIN_ROUNDS_MAX: usize = 10;
/// First year of an instant in a request, so that no arithmetic on it can overflow.
pub const YEAR_MIN: i16 = 1900;
/// Year after the last of an instant in a request.
pub const YEAR_END: i16 = 2200;
/// Groups of one inbox: a ticket in it is in all of them.
pub const INBOX_GROUPS_MAX: usize = TICKET_LIST_MAX;
/// Levels of nesting in a YAML file: the format itself needs nine; more would only cost stack.
pub const YAML_DEPTH_MAX: usize = 64;
/// Bytes that the aliases of a YAML file may stand for, each node counted as at least 64: repeating a schedule for every
/// agent fits; an alias bomb does not.
pub const YAML_ALIAS_BYTES_MAX: usize = 16_777_216;
/// Errors, and warnings, that are told at once: more than anybody reads, and a bound on what a hostile file can make of
/// itself.
pub const FINDINGS_MAX: usize = 1_000;
/// Findings of each kind that an analysis of an account tells: more than anybody puts right before asking again.
pub const FINDINGS_OF_A_KIND_MAX: usize = 250;
/// Workflows after one that are looked at for what they have to do with it, where many have: of those that set the same thing, the
/// next ones. Which of two is meant can be told of these; and all pairs of a million could not be looked at.
pub const ANALYZE_NEIGHBOURS_MAX: usize = 32;
