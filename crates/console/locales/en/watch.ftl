watch-title = Watch
watch-span = How far back
watch-span-hours = Last 2 hours
watch-span-day = Last 24 hours
watch-span-week = Last 7 days
watch-running = Updates by itself
watch-paused = Paused
watch-lost = The service does not answer; it is asked again every few seconds
watch-pause = Pause

# Over time.
watch-over-time = Over time
watch-decisions-and-matches = Decisions and matches
watch-decisions = Decisions
watch-matches = Matches
watch-shadow-matches = Shadow matches
watch-latency = How long a decision takes
watch-latency-half = Half within
watch-latency-ninety = 9 in 10 within
watch-latency-most = 99 in 100 within
watch-latency-all = Time of a decision: half / 99 % / 99.9 % within
watch-counted-since = Counted by the service that answers, since:
watch-up-to = up to { $value }
watch-numbers = Show the numbers
watch-from = From
watch-matched = Workflows that matched
watch-matched-none = No workflow has matched in this time.
watch-workflow = Workflow
watch-course = Over time
watch-last = Last match
watch-more = { $count ->
    [one] and one more workflow
   *[other] and { $count } more workflows
}

# What is tried in shadow.
watch-shadow = Tried in shadow
watch-shadow-help = A workflow in shadow mode is judged and counted, and does nothing. Beside it stands what the same workflow matched while it was live.
watch-shadow-none = No workflow has matched in shadow mode in this time.
watch-now = Now
watch-is-shadow = in shadow
watch-is-live = live

# The service.
watch-service = The service
watch-well = All is well: whatever is saved is what decides.
watch-loading = The service is still reading its accounts.
watch-draining = The service is stopping.
watch-store-lost = The store cannot be reached. What was saved before goes on deciding; nothing can be saved.
watch-store-read-only = The store takes no writes. What was saved before goes on deciding; nothing can be saved.
watch-store-stale = It has been a while since the store was read: what others have saved since may be missing.
watch-broken = { $count ->
    [one] One account is served as it was before its last change, which this version cannot read.
   *[other] { $count } accounts are served as they were before their last change, which this version cannot read.
}
watch-revision = Revision of this account
watch-started = Started
watch-made = Decisions since then
watch-queue = Wait for a turn
watch-turned-away = Turned away
watch-version = Version
watch-replicas = All services on the same store
watch-replica = Service
watch-this-one = (this one)
watch-state = State
watch-state-running = running
watch-state-draining = stopping
watch-state-silent = silent
watch-last-heard = Last heard of
watch-sequence = Saves read
watch-replicas-read = The others as they were when the store was last reached:

# What an analysis finds.
watch-findings = Worth a look
watch-findings-look = Look for problems
watch-findings-none = Nothing was found: no conflicts, no workflows that can never match, none that is in the way of another.
watch-findings-with = Together with:
watch-findings-more = { $count ->
    [one] and one more
   *[other] and { $count } more
}
watch-findings-too-many = This account has more workflows than can be looked through together.
watch-back = Back to the overview
watch-dead-since = No match since
watch-dead-since-help = Also lists workflows that have matched nothing since this day.
watch-dead-since-wrong = This is no day. Write it like 2026-11-26.
watch-dead-unknown = Workflows without a match cannot be listed for that day, as the service has only counted since:
watch-kind-writes-conflict = Workflows that contradict each other
watch-kind-cycle = Workflows that set each other off in a circle
watch-kind-shadowed-by-stop = Workflows that another one always stops
watch-kind-never-matches = Workflows that can never match
watch-kind-alternative-never-matches = Alternatives that can never match
watch-kind-dead = Workflows that have not matched
watch-kind-same-as-another = Workflows that do the same as another
watch-kind-reply-without-guard = Replies that may be sent again and again
watch-kind-always-matches = Workflows that match every change
watch-kind-condition-always-holds = Conditions that always hold
watch-kind-phrase-redundant = Phrases that are not needed
watch-kind-other = Other

# Numbers.
watch-number = { $value }
watch-microseconds = { $value } µs
watch-milliseconds = { $value } ms
watch-seconds = { $value } s
