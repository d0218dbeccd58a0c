history-title = History
history-of = Only what changed the workflow “{ $name }”.
history-all = Show all
history-none = Nothing was changed yet.
history-older = Older changes
history-back = Back to the history
history-revision = Revision { $number }
history-newest = This is how the account is now
history-restore = Restore this state…
history-account-deleted = The account was deleted, with all its workflows.
history-added = added
history-changed = changed
history-removed = deleted
history-bring-back = Bring back this version
history-bring-back-before = Undo: bring back the version before
history-bring-back-deleted = Bring back the workflow
done-history-brought-back = The workflow is back.
done-history-restored = The state is restored. What was done since stays in the history.
history-restore-title = Restore the state of revision { $number }
history-restore-back = Back to the revision
history-restore-what = The account and all its workflows become what they were then. What was done since stays in the history, so that this can be undone too.
history-restore-created = { $count ->
    [one] One workflow that was deleted since comes back.
   *[other] { $count } workflows that were deleted since come back.
}
history-restore-updated = { $count ->
    [one] One workflow is changed back.
   *[other] { $count } workflows are changed back.
}
history-restore-deleted = { $count ->
    [one] One workflow that was added since is deleted.
   *[other] { $count } workflows that were added since are deleted.
}
history-restore-unchanged = { $count ->
    [one] One workflow stays as it is.
   *[other] { $count } workflows stay as they are.
}
history-restore-do = Restore this state
history-findings = { $count ->
    [one] One remark about the workflows
   *[other] { $count } remarks about the workflows
}
history-name = Name
history-description = Description
history-on = Switched on
history-off = Switched off
history-shadow = Only watching: it matches, and does nothing
history-stop = Later workflows are passed over once it matches
history-position = Place in the order
history-when-all = When all of these hold:
history-when-any = And when at least one of these holds:
history-then = Then:
history-example = Example
history-whole-word = whole words only
history-case = upper and lower case differ
history-accents = accents count
history-small-change = Something changed that these lines do not show, such as an example or the form of a text.

compare-named = { $name }: { $text }
compare-before = Before:
compare-after = After:
compare-stated = The list is stated: workflows are checked against it.
compare-freed = The list is left free: workflows are not checked against it.

operation-CreateAccount = Account added
operation-UpdateAccount = Directory or settings changed
operation-DeleteAccount = Account deleted
operation-CreateWorkflow = Workflow added
operation-UpdateWorkflow = Workflow changed
operation-DeleteWorkflow = Workflow deleted
operation-EnableWorkflow = Workflow switched on
operation-DisableWorkflow = Workflow switched off
operation-ReorderWorkflows = Order changed
operation-ImportWorkflows = Workflows imported
operation-RollbackWorkflows = Earlier state restored
operation-CreateDemo = Demonstration set up
history-by-unknown = unknown
