trying-title = Try it
trying-intro = Say what happened to a ticket, and see which workflows match and why. Nothing is sent, counted or saved.
trying-samples = Begin with an example:
trying-pick-decision = One of the last decisions
trying-draft = The workflow “{ $name }” is tried as you have it now, which is not saved.
trying-draft-wrong = The workflow that is tried cannot be saved like this:
trying-draft-leave = Try what is saved instead
trying-paste = Paste a change
trying-paste-label = An EvaluateRequest in JSON, or a line of the decision log
trying-paste-go = Fill in and try
trying-paste-empty = Paste a change first.
trying-paste-syntax = This is not JSON: it stops making sense at line { $line }, column { $column }.
trying-paste-form = This is JSON, but not a change of a ticket:
trying-masked = These texts were masked when the change was recorded, so conditions on them judge the mask: { $fields }.
trying-baseline = What was pasted says what was before the change: conditions on the ticket match only if they begin to hold. This is kept.
trying-cause = What was pasted says that it was caused by the workflows { $ids }; their actions are not ready again. This is kept.

trying-what = What happened
fact-message = A message was received
fact-created = The ticket was created
fact-tags = Tags were assigned
fact-status = The status was set
fact-return = A return was created
fact-updated = Something else changed
fact-timer = Only time has passed
author-customer = from the customer
author-other = from somebody else
trying-text = What it says
trying-first = the customer’s first message of the ticket
trying-auto = written by a machine (out of office, a bounce)
trying-tags-assigned = Assigned now
trying-status-set = New status
trying-ticket = The ticket after that
trying-subject = Subject
trying-customer-name = Customer’s name
trying-customer-email = Customer’s e-mail
trying-agent = Assigned agent
trying-tags = All tags of the ticket
trying-one-a-line = One on each line.
trying-times = When
trying-now = Now
trying-created-at = Ticket created
trying-last-reply-at = Customer’s last reply
trying-now-help = In the account’s time zone. If “now” is empty, it is this very moment.
trying-more = More about the ticket
trying-ticket-id = Ticket number
trying-url = Address of the ticket
trying-orders-field = Linked orders, one on each line
trying-chaining = Also show what the actions would set off in turn
trying-go = Try it
trying-problem-no-fact = Say what happened: tick at least one.
trying-problem-timer-alone = “Only time has passed” stands alone: nothing else has happened then.
trying-problem-no-tag = Choose at least one tag.
trying-problem-no-status = Choose a status.
trying-problem-instant = This is not a date and time.

trying-answer-title = The answer
trying-nothing-yet = It appears here as soon as something is filled in.
trying-incomplete = Something is missing or wrong: see beside the fields.
trying-count = { $count ->
    [0] No workflow matches
    [one] { $count } workflow matches
   *[other] { $count } workflows match
}
trying-at = Judged at
trying-revision = Revision { $revision }.
trying-shadow-title = In shadow mode, these would match too
trying-round = Set off in turn, round { $number }
trying-chain-loop = Here a loop was cut: workflows that had matched would match again.
trying-chain-rounds = After ten rounds the actions still change the ticket; what follows was not asked.
trying-next-due = If nothing else happens, a workflow begins to match at
trying-others-title = What does not match, nearest first
trying-left-out = { $count ->
    [one] { $count } more workflow, further from matching, is not shown.
   *[other] { $count } more workflows, further from matching, are not shown.
}
trying-why = Why it matches
trying-open = Open this workflow
trying-any = and at least one of these:
trying-held = Holds:
trying-failed = Does not hold:
trying-seen = Seen:
trying-short = { $span } short,
trying-not-yet = Not for another { $span },
trying-short-until = until
trying-bar-timeless = Its conditions hold, but nothing in it depends on time, and only time has passed.
trying-bar-held-before = Its conditions hold, but they held before the change already.
trying-matches = matches
trying-passed-over = passed over
trying-disabled = switched off
trying-no-match = does not match
trying-failed-count = { $count ->
    [one] { $count } condition short
   *[other] { $count } conditions short
}
trying-stopped-by = It would match, but “{ $name }” matches before it and ends the processing.
trying-ready = would be done
trying-not-ready = would not be done
trying-email-to = Send an e-mail to { $to }
trying-orders = Orders: { $orders }
trying-missing = No value for: { $names }
not-ready-superseded = A later action sets the same thing.
not-ready-no-linked-order = The ticket has no linked order.
not-ready-auto-submitted = It would answer a message that a machine wrote.
not-ready-caused-by-itself = This workflow itself led to the change.
not-ready-shadow = The workflow is in shadow mode.

seen-none = nothing
seen-unknown = not known
seen-no-message = no message was received
seen-message = a message was received
seen-message-empty = the message has no text
seen-no-tag = no tag was assigned
seen-no-status = the status was not set
seen-no-ticket = no ticket was created
seen-ticket-by-agent = created by an agent
seen-ticket-by-message = created by a message from the customer
seen-no-action = the customer did nothing
seen-ago = { $span } ago
seen-ahead = in { $span }
seen-no-agent = no agent is assigned
seen-no-hours = { $agent } has no working hours

sample-parcel = “Where is my parcel?”
sample-message = A message
sample-created = A new ticket
sample-tags = A tag
sample-status = A status
sample-return = A return
sample-updated = An update
sample-timer = Time passes
sample-subject = Order 48213, where is my parcel?
sample-text = Hello! Where is my parcel? If it is lost, I would like a refund.

decisions-title = The last decisions
decisions-back = Back to trying
decisions-no-log = This service keeps no log of its decisions. It does if it is started with:
decisions-none = Nothing has been decided for this account yet.
decisions-ticket = Ticket { $id }
decisions-matches = { $count ->
    [0] No workflow matched
    [one] { $count } workflow matched
   *[other] { $count } workflows matched
}
decisions-try = Try it again
