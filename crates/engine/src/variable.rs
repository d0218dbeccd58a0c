//! The nine variables that templates may hold.

/// What a template may stand in for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Variable {
    /// The ticket's id.
    TicketId,
    /// Where people open the ticket.
    TicketUrl,
    /// The customer's e-mail address.
    CustomerEmail,
    /// The customer's name.
    CustomerName,
    /// The instant of the decision, in the account's zone and locale.
    CurrentDateTime,
    /// The assigned agent's first name.
    AssignedAgentFirstName,
    /// The assigned agent's last name.
    AssignedAgentLastName,
    /// The assigned agent's first and last name.
    AssignedAgentFullName,
    /// The assigned agent's e-mail address.
    AssignedAgentEmail,
}

impl Variable {
    /// All of them, in the order in which they are listed.
    pub const ALL: [Self; 9] = [
        Self::TicketId,
        Self::TicketUrl,
        Self::CustomerEmail,
        Self::CustomerName,
        Self::CurrentDateTime,
        Self::AssignedAgentFirstName,
        Self::AssignedAgentLastName,
        Self::AssignedAgentFullName,
        Self::AssignedAgentEmail,
    ];

    /// How it is written between the braces.
    pub fn name(self) -> &'static str {
        match self {
            Self::TicketId => "ticket_id",
            Self::TicketUrl => "ticket_url",
            Self::CustomerEmail => "customer_email",
            Self::CustomerName => "customer_name",
            Self::CurrentDateTime => "current_date_time",
            Self::AssignedAgentFirstName => "assigned_agent_first_name",
            Self::AssignedAgentLastName => "assigned_agent_last_name",
            Self::AssignedAgentFullName => "assigned_agent_full_name",
            Self::AssignedAgentEmail => "assigned_agent_email",
        }
    }

    /// The variable of that name.
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|variable| variable.name() == name)
    }
}
