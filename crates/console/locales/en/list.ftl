list-title = Workflows
list-add = Add a workflow
list-search = Search by name, description or id
list-state = State
list-state-all = All
list-state-active = Active
list-state-inactive = Inactive
list-find = Find
list-pages = Pages
list-count = { $count ->
    [0] No workflows
    [one] { $count } workflow
   *[other] { $count } workflows
}
list-found = { $count ->
    [0] No workflow is like that
    [one] { $count } workflow found
   *[other] { $count } workflows found
}
list-empty = There are no workflows yet. They decide what happens to a ticket when it changes, or when time passes.
list-empty-templates = Begin with a template
list-active = Active:
list-yes = Yes
list-no = No
list-enable = Enable
list-disable = Disable
list-shadow = Shadow
list-shadow-help = It is judged and counted, and its actions are not carried out
list-stop = Stops
list-stop-help = When it matches, the workflows after it are passed over
list-matched = { $count ->
    [0] Has not matched since the service was started
    [one] Matched { $count } time
   *[other] Matched { $count } times
}
list-matched-shadow = { $count ->
    [0] Has not matched in shadow since the service was started
    [one] Matched { $count } time in shadow
   *[other] Matched { $count } times in shadow
}
list-last-match = last
list-handle = Move “{ $name }”
list-handle-help = Drag, or use the arrow keys
list-moved-to = Place { $place } of { $count }
list-menu = Actions for “{ $name }”
list-edit = Edit
list-duplicate = Duplicate
list-move-up = Move up
list-move-down = Move down
list-move-top = Move to the top
list-move-bottom = Move to the end
list-history = History
list-delete = Delete
list-delete-title = Delete “{ $name }”?
list-delete-what = It stops at once. It stays in the history, from which it can be brought back.
list-delete-not = Keep it
sentence-if = If
sentence-and = and
sentence-and-either = and either
sentence-or = or
done-enabled = The workflow is switched on.
done-disabled = The workflow is switched off.
done-deleted = The workflow is deleted. It can be brought back from the history.
done-moved = The workflow has its new place.
