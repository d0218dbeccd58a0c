# How conditions and actions read. A condition's own value is its name where one is chosen; `.is` and `.is-not` are what
# it says within a sentence.

condition-source = Source
    .is = the source is { $values }
    .is-not = the source is not { $values }
condition-new_ticket = New ticket created
    .is = a new ticket is created { $values }
    .is-not = a new ticket is created, but not { $values }
    .never = no ticket is created
condition-day_of_week = Day of the week
    .is = the day is { $values }
    .is-not = the day is not { $values }
condition-email = E-mail
    .is = the customer’s e-mail is { $values }
    .is-not = the customer’s e-mail is not { $values }
condition-subject = Subject contains
    .is = the subject { $mode } { $values }
    .is-not = the subject does not match: { $mode } { $values }
condition-customer_name = Customer’s name contains
    .is = the customer’s name { $mode } { $values }
    .is-not = the customer’s name does not match: { $mode } { $values }
condition-message = New message contains
    .is = the new message { $mode } { $values }
    .is-not = a message comes that does not match: { $mode } { $values }
condition-time_of_day = Time of day
    .is = the time is { $values }
    .is-not = the time is not { $values }
condition-integration = Integrations
    .is = the integration is { $values }
    .is-not = the integration is not { $values }
condition-new_message = New message
    .is = a message comes
    .is-not = no message comes
condition-action = Action
    .is = { $values }
    .is-not = the customer acts, but not: { $values }
condition-tag_assigned = Tag assigned
    .is = the tag { $values } is assigned
    .is-not = a tag is assigned other than { $values }
condition-status_set = Status set
    .is = the status is set to { $values }
    .is-not = the status is set to another than { $values }
condition-last_customer_reply = Customer’s last reply
    .is = the customer last replied { $values } ago
    .is-not = the customer did not last reply { $values } ago
condition-ticket_created = Ticket created
    .is = the ticket was created { $values } ago
    .is-not = the ticket was not created { $values } ago
condition-current_status = Current status
    .is = the status is { $values }
    .is-not = the status is not { $values }
condition-context = Context
    .is = the context is { $values }
    .is-not = the context is not { $values }
condition-sentiment = Sentiment
    .is = the sentiment is { $values }
    .is-not = the sentiment is not { $values }
condition-reply_status = Reply status
    .is = the ticket is { $values }
    .is-not = the ticket is not { $values }
condition-ticket_state = Ticket state
    .is = the ticket is { $values }
    .is-not = the ticket is not { $values }
condition-allegro_account = Allegro account
    .is = the Allegro account is { $values }
    .is-not = the Allegro account is not { $values }
condition-inbox = Inbox
    .is = the inbox is { $values }
    .is-not = the inbox is not { $values }
condition-inbox_group = Inbox group
    .is = the inbox is in the group { $values }
    .is-not = the inbox is not in the group { $values }
condition-ticket_type = Ticket type
    .is = the ticket’s type is { $values }
    .is-not = the ticket’s type is not { $values }
condition-working_hours = Working hours
    .is = { $values }
    .is-not = it is not the case that { $values }
condition-none = a condition that is not filled in yet

action-send_message = Send a message
    .does = send the message “{ $text }”
action-send_translated_message = Send a translated message
    .does = send the message “{ $text }”, translated ({ $language })
action-ai_message = Send an AI message
    .does = let the AI answer: “{ $text }”
action-send_email = Send an e-mail
    .does = send { $to } the e-mail “{ $text }”
action-set_status = Set the status
    .does = set the status to { $value }
action-assign_agent = Assign an agent
    .does = assign to { $value }
action-assign_tag = Assign a tag
    .does = assign the tag { $value }
action-change_order_status = Change the order’s status
    .does = change the order’s status to { $value }
action-none = an action that is not filled in yet

# Lists of values: `$rest` are all but the last.
values-or = { $rest } or { $last }
values-more = { $count ->
    [one] { $values } or { $count } other
   *[other] { $values } or { $count } others
}
quoted = “{ $text }”

phrase-contains = contains
phrase-equals = is exactly
phrase-starts_with = starts with
phrase-ends_with = ends with

new-ticket-anyone = by anyone
new-ticket-agent = by an agent
new-ticket-customer_message = by a customer’s message

customer-first_customer_message = the customer’s first message comes
customer-every_customer_message = a customer’s message comes
customer-return_created = a return is created

day-1 = Monday
day-2 = Tuesday
day-3 = Wednesday
day-4 = Thursday
day-5 = Friday
day-6 = Saturday
day-7 = Sunday

sentiment-positive = positive
sentiment-neutral = neutral
sentiment-negative = negative
reply-answered = answered
reply-unanswered = unanswered
state-open = open
state-closed = closed

elapsed-more-than = more than { $span }
elapsed-less-than = less than { $span }
span-days = { $count ->
    [one] { $count } day
   *[other] { $count } days
}
span-hours = { $count ->
    [one] { $count } hour
   *[other] { $count } hours
}
span-minutes = { $count ->
    [one] { $count } minute
   *[other] { $count } minutes
}
span-seconds = { $count ->
    [one] { $count } second
   *[other] { $count } seconds
}

attendance-inside = { $agent } is at work
attendance-outside = { $agent } is not at work
attendance-inside-assigned = the assigned agent is at work
attendance-outside-assigned = the assigned agent is not at work
