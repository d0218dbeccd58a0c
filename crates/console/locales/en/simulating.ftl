simulating-title = Simulate
simulating-intro = See what a change to your workflows would have done to what has happened already. Nothing is sent or saved.
simulating-shadows = Results of shadow mode
simulating-search = Find a workflow by its name
simulating-search-go = Find
simulating-what = What to simulate
simulating-workflow = Workflow or template
simulating-own = Workflows of this account
simulating-templates = Templates
simulating-as = What it is to be
simulating-unsaved = The workflow “{ $name }” as you have it, which is not saved.
as-is = as it is there
as-live = switched on
as-shadow = in shadow mode
as-off = switched off
is-live = on
is-shadow = shadow
is-off = off
simulating-changes = On which changes
simulating-log = The last decisions of this service
simulating-last = How many
simulating-file-choice = A file
simulating-file = File with recorded changes
simulating-file-help = Lines of the decision log, or EvaluateRequests in JSON, one on each line; up to 64 MiB.
simulating-go = Simulate
simulating-busy = Simulating…
simulating-live = As it is live
simulating-draft = As simulated
simulating-numbers = The numbers
simulating-no-draft = Choose a workflow or a template.
simulating-no-file = Choose a file with recorded changes.
simulating-no-log = This service keeps no log of its decisions. It does if it is started with “--decision-log decisions.jsonl”; or choose a file.
simulating-log-empty = The log has no decisions of this account yet.

found-title = What “{ $name }” would have done
found-changes = { $count ->
    [one] { $count } change
   *[other] { $count } changes
}
found-differing = { $count ->
    [0] None would be decided otherwise.
    [one] { $count } would be decided otherwise.
   *[other] { $count } would be decided otherwise.
}
found-masked = { $count ->
    [one] In { $count } line, texts were masked when it was recorded, so conditions on them judge the mask: { $fields }.
   *[other] In { $count } lines, texts were masked when they were recorded, so conditions on them judge the mask: { $fields }.
}
found-of-others = { $count ->
    [one] { $count } line is about another account and was left out.
   *[other] { $count } lines are about other accounts and were left out.
}
found-nothing = No change could be judged.
found-live = Matches live
found-draft = Matches simulated
found-gained = Gained
found-lost = Lost
found-acts = Other actions
found-others = Other workflows that this changes
found-workflow = Workflow
found-more = and { $count } more
found-refused = { $count ->
    [one] { $count } line could not be judged
   *[other] { $count } lines could not be judged
}
found-unreadable = This is not a change of a ticket in JSON:
found-line = Line { $line }:
plot-days = Matches by day
plot-day = Day
plot-actions = Actions that would be done, of all workflows
plot-action = Action
samples-gained = Some of the changes it would match as well
samples-lost = Some of the changes it would no longer match
samples-changed = Some of the changes with other actions
sample-ticket = Ticket { $id } (line { $line })
sample-live = Live:
sample-draft = Simulated:
save-live = Enable it
save-shadow = Save as shadow
save-off = Switch it off
done-simulated-live = It is saved and switched on.
done-simulated-shadow = It is saved in shadow mode.
done-simulated-off = It is saved and switched off.

shadows-title = Results of shadow mode
shadows-back = Back to simulating
shadows-intro = Workflows in shadow mode are judged and counted, and do nothing.
shadows-since = Counted since
shadows-none = None of these workflows is in shadow mode.
shadows-count = { $shadow ->
    [one] Matched { $shadow } time in shadow mode, { $live } live
   *[other] Matched { $shadow } times in shadow mode, { $live } live
}
shadows-simulate = Simulate
shadows-live = Switch to live
