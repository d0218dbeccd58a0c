# What is wrong with a definition, or worth knowing about it: a message for each code of crates/engine/FINDINGS.md, which also says
# what the variables are. `help` says what to do about it.

# Anything.

diagnostic-required = A value is missing
    .help = Fill it in.
diagnostic-too-long =
    { $unit ->
        [bytes]
            { $count ->
                [one] The text is too long: { $count } byte
               *[other] The text is too long: { $count } bytes
            }
       *[characters]
            { $count ->
                [one] The text is too long: { $count } character
               *[other] The text is too long: { $count } characters
            }
    }
    .help =
        { $unit ->
            [bytes]
                { $max ->
                    [one] Shorten it to { $max } byte.
                   *[other] Shorten it to at most { $max } bytes; an accented letter takes two or more.
                }
           *[characters]
                { $max ->
                    [one] Shorten it to { $max } character.
                   *[other] Shorten it to at most { $max } characters.
                }
        }
diagnostic-too-many =
    { $count ->
        [one] There is { $count } element in this list, which is too many
       *[other] There are { $count } elements in this list, which is too many
    }
    .help =
        { $max ->
            [one] At most { $max } is allowed.
           *[other] At most { $max } are allowed.
        }
diagnostic-unknown-value = There is no value { $value }
    .help = Choose one of { $known }.
diagnostic-value-required = A value is missing
    .help = Choose one of { $known }.
diagnostic-id-required = The id is missing
    .help = Enter an id.
diagnostic-id-malformed = The id contains “{ $character }”, which is not allowed
    .help = Use only unaccented letters, digits and the characters . _ ~ : -
diagnostic-id-duplicate = The id “{ $id }” is already in the list, at position { $position }
    .help = Give each one an id of its own.
diagnostic-text-required = The text is empty
    .help = Write what it should say.
diagnostic-language-required = The language is missing
    .help = Enter a language tag such as “pl” or “fr-FR”.
diagnostic-language-malformed = “{ $tag }” is not a language tag
    .help = Enter a language tag such as “pl” or “fr-FR”.
diagnostic-time-range-required = The time range is missing
diagnostic-time-range-invalid =
    { $fault ->
        [begin] The range begins at minute { $minute } of the day, which does not exist
        [end] The range ends at minute { $minute } of the day, which does not exist
       *[empty] The range begins and ends at the same minute of the day ({ $minute })
    }
    .help = Choose a beginning between 00:00 and 23:59, and a different end, no later than 24:00.
diagnostic-value-duplicate = This is already in the list, at position { $position }
    .help = Remove one of the two.
diagnostic-id-unknown =
    { $list ->
        [agents] “{ $id }” is not one of the account’s agents
        [inboxes] “{ $id }” is not one of the account’s inboxes
        [inbox_groups] “{ $id }” is not one of the account’s inbox groups
        [sources] “{ $id }” is not one of the account’s sources
        [integrations] “{ $id }” is not one of the account’s integrations
        [statuses] “{ $id }” is not one of the account’s statuses
        [tags] “{ $id }” is not one of the account’s tags
        [ticket_types] “{ $id }” is not one of the account’s ticket types
        [contexts] “{ $id }” is not one of the account’s contexts
        [allegro_accounts] “{ $id }” is not one of the account’s Allegro accounts
       *[order_statuses] “{ $id }” is not one of the account’s order statuses
    }
    .help =
        { $suggested ->
            [yes] Did you mean “{ $suggestion }”? Otherwise add it to the account.
           *[no] Correct it, or add it to the account.
        }

# An account.

diagnostic-account-id-differs = This belongs to another account than “{ $account }”
    .help = Leave the account out, or name that one.
diagnostic-time-zone-required = The time zone is missing
    .help = Enter an IANA time zone such as “Europe/Warsaw”.
diagnostic-time-zone-unknown = There is no time zone “{ $time_zone }”
    .help =
        { $suggested ->
            [yes] Did you mean “{ $suggestion }”?
           *[no] Enter an IANA time zone such as “Europe/Warsaw”.
        }
diagnostic-locale-malformed = “{ $tag }” is not a locale
    .help = Enter a language tag such as “pl” or “fr-FR”.
diagnostic-email-malformed = “{ $email }” is not an e-mail address
    .help = Enter an address such as “anna@acme.example”.
diagnostic-date-required = The date is missing
    .help = Enter a date such as “2026-12-24”.
diagnostic-date-malformed = “{ $date }” is not a date
    .help = Enter a date such as “2026-12-24”.
diagnostic-date-out-of-range = The date { $date } is too far away
    .help = Choose a date from { $year_min } on and before { $year_end }.
diagnostic-date-duplicate = The date { $date } is already in the list, at position { $position }
    .help = Put all hours of that day together.

# A workflow.

diagnostic-workflows-per-account =
    { $max ->
        [one] The account already has { $max } workflow and can have no more
       *[other] The account already has { $max } workflows and can have no more
    }
    .help = Delete one that is no longer needed.
diagnostic-name-required = The name is missing
    .help =
        { $max ->
            [one] Enter a name of { $max } character.
           *[other] Enter a name of at most { $max } characters.
        }
diagnostic-conditions-required = The workflow has no condition
    .help = Add at least one.
diagnostic-condition-unreadable = The condition is not complete, or not known here
    .help = Choose what it is about.
diagnostic-actions-required = The workflow has no action
    .help = Add at least one.
diagnostic-action-unreadable = The action is not complete, or not known here
    .help = Choose what it does.
diagnostic-phrases-too-many = The account’s workflows have more phrases than can be searched for
    .help = Remove phrases that are no longer needed.

# A condition.

diagnostic-values-required = The condition has no value
    .help = Add at least one.
diagnostic-email-or-domain-malformed = “{ $email }” is neither an e-mail address nor a domain
    .help = Enter an address such as “zofia@mail.example”, or a domain such as “@mail.example”.
diagnostic-phrase-folds-to-nothing = Nothing in the phrase “{ $phrase }” can be searched for
    .help = Enter more than spaces, accents and invisible characters.
diagnostic-phrase-duplicate = The phrase “{ $phrase }” finds the same as the one at position { $position }
    .help = Remove one of the two.
diagnostic-duration-required = The duration is missing
    .help = Choose more than, or less than, a duration.
diagnostic-duration-malformed = “{ $value }” is not a duration
    .help = Enter a number of minutes, hours or days.
diagnostic-duration-out-of-range =
    { $fault ->
        [negative] The duration is negative
        [not_positive] No time is less than this duration
       *[too_long] The duration is too long
    }
    .help =
        { $max ->
            [one] Enter a duration of at most { $max } day; “less than” needs more than zero.
           *[other] Enter a duration of at most { $max } days; “less than” needs more than zero.
        }

# An action.

diagnostic-line-break = This text contains a line break
    .help = Write it on one line.
diagnostic-recipient-required = The recipient is missing
    .help = Enter an address, or a variable such as {"{{"} customer_email {"}}"}.
diagnostic-recipient-implausible = The recipient is not an e-mail address
    .help = Enter an address, or a variable such as {"{{"} customer_email {"}}"}.
diagnostic-template-variable-required = Line { $line }, column { $column }: the name of the variable is missing
    .help = Choose one of { $variables }.
diagnostic-template-variable-unknown = Line { $line }, column { $column }: there is no variable “{ $variable }”
    .help =
        { $suggested ->
            [yes] Did you mean “{ $suggestion }”?
           *[no] Choose one of { $variables }.
        }
diagnostic-template-variable-unclosed = Line { $line }, column { $column }: the variable is not closed
    .help = Close it with {"}}"}, as in {"{{"} customer_name {"}}"}.
diagnostic-template-default-expected = Line { $line }, column { $column }: no fallback follows the vertical bar
    .help = Write it as in {"{{"} customer_name | default: "client" {"}}"}.
diagnostic-template-quote-expected = Line { $line }, column { $column }: the fallback must stand in straight double quotes
    .help =
        { $fault ->
            [curly] Replace { $quote } with a straight quote: "
            [escaped] Write the quote itself (") in place of { $quote }.
           *[missing] Write it as in {"{{"} customer_name | default: "client" {"}}"}.
        }
diagnostic-template-quote-unclosed = Line { $line }, column { $column }: the quote of the fallback is not closed
    .help = Close it with a straight double quote: "
diagnostic-template-escape-unknown = Line { $line }, column { $column }: { $escape } means nothing in a fallback
    .help = Write \\ for a backslash, and \" for a quote.
diagnostic-template-end-expected = Line { $line }, column { $column }: {"}}"} must follow the fallback
    .help = Write it as in {"{{"} customer_name | default: "client" {"}}"}.

# An example.

diagnostic-ticket-required = The ticket is missing
diagnostic-change-required = The change is missing
diagnostic-fact-required = The change does not say what happened
    .help = Choose at least one thing that happened, or that nothing but time passed.
diagnostic-timer-not-alone = “Only time passed” stands beside other facts
    .help = Remove it, or the other facts.
diagnostic-tags-required = No tag is named
    .help = Name the tags that were assigned.
diagnostic-instant-required = The date and time are missing
diagnostic-instant-malformed = “{ $value }” is not a date and time
    .help = Enter a date and time up to the year 9999.
diagnostic-instant-out-of-range = The year { $year } is too far away
    .help = Choose an instant from { $year_min } on and before { $year_end }.
diagnostic-example-broken =
    { $expectation ->
        [match] The example “{ $example }” should match and does not
       *[no_match] The example “{ $example }” should not match and does
    }
    .help =
        { $count ->
            [0] Change the conditions, or the example if it is the one that is wrong.
            [one] Not met: { $conditions }. Change the condition, or the example if it is the one that is wrong.
           *[other] Not met: { $conditions }. Change the conditions, or the example if it is the one that is wrong.
        }

# How workflows are, by themselves and together. A finding that takes several is told of the one that it is about (`own`), or of
# one of the others (`other`).

diagnostic-never-matches =
    { $conflicts_with ->
        [nothing] No change meets this condition: the workflow can never match
        [condition] No change meets both this condition and “{ $condition }”: the workflow can never match
       *[conditions] No change meets this condition and all those before it: the workflow can never match
    }
    .help =
        { $conflicts_with ->
            [nothing] Choose other values, or remove it.
           *[other] Change one of them, or let it be enough that any one of them holds.
        }
diagnostic-alternative-never-matches =
    { $conflicts_with ->
        [nothing] No change meets this condition: this alternative can never match
        [condition] No change meets both this condition and “{ $condition }”: this alternative can never match
       *[conditions] No change meets this condition and all those before it: this alternative can never match
    }
    .help =
        { $conflicts_with ->
            [nothing] Choose other values, or remove it.
           *[other] Change one of them, or remove this alternative.
        }
diagnostic-always-matches = The workflow matches every change of every ticket
    .help = Add a condition that says which ones are meant.
diagnostic-condition-always-holds =
    { $list ->
        [any] One of these conditions always holds
       *[all] This condition always holds
    }
    .help =
        { $list ->
            [any] Say what must be so, or remove them.
           *[all] Say what must be so, or remove it.
        }
diagnostic-phrase-redundant =
    { $more ->
        [0] Whatever contains “{ $phrase }” contains “{ $other }” too
        [one] Whatever contains “{ $phrase }” contains “{ $other }” too; { $more } more phrase of the workflow is just as redundant
       *[other] Whatever contains “{ $phrase }” contains “{ $other }” too; { $more } more phrases of the workflow are just as redundant
    }
    .help = Remove this phrase.
diagnostic-reply-without-guard =
    { $at_every ->
        [message] This is sent again at every message that the customer writes
       *[change] This is sent again at every change of the ticket
    }
    .help = Restrict it to the customer’s first message, to a status, or to a time that has passed.
diagnostic-same-as-another =
    { $told_of ->
        [other] “{ $workflow_name }” matches what this workflow matches, and does the same again
       *[own] This workflow matches what “{ $other_name }” matches, and does the same again
    }
    .help = Remove one of the two.
diagnostic-shadowed-by-stop =
    { $told_of ->
        [other] “{ $workflow_name }” never has its turn: this workflow comes before it, matches all that it matches, and stops
       *[own] This workflow never has its turn: “{ $other_name }” comes before it, matches all that it matches, and stops
    }
    .help = Change their order, or let the one that stops match less.
diagnostic-writes-conflict =
    { $told_of ->
        [other] This workflow overrules “{ $workflow_name }” by setting “{ $value }” where both match the same change
       *[own]
            { $more ->
                [0] “{ $other_name }” overrules this by setting “{ $value }” where both match the same change
                [one] “{ $other_name }” overrules this by setting “{ $value }” where both match the same change; { $more } more workflow may do so
               *[other] “{ $other_name }” overrules this by setting “{ $value }” where both match the same change; { $more } more workflows may do so
            }
    }
    .help = Let their conditions exclude each other, or let the first one stop.
diagnostic-cycle =
    { $told_of ->
        [other] What “{ $workflow_name }” does comes back to it in a circle, by way of { $other_names }
       *[own]
            { $count ->
                [0] What this workflow does sets it off again
               *[other] What this workflow does sets it off again, by way of { $other_names }
            }
    }
    .help = Let one of them require something that no longer holds the second time.
diagnostic-dead = No change has matched this workflow since { $since }
    .help = Remove it if nobody misses it, or check what it waits for.

# A key, and what else a request holds.

diagnostic-key-role-required = The key has no role
    .help = Choose what it may do.
diagnostic-key-accounts-required = The key is good for no account
    .help = Name accounts, or make it good for all of them.
diagnostic-key-accounts-conflict = The key is good for all accounts, and names some
    .help = Choose one or the other.
diagnostic-key-expired = The key would end at once
    .help = Choose a day after today, or none.
diagnostic-page-token-gone = The log of decisions has been begun anew, and what this page showed is gone
    .help = Go back to the first page.

# The findings themselves.

diagnostic-too-many-findings = There are more findings from here on
    .help = Correct the ones before, then check again.
diagnostic-findings-left-out =
    { $count ->
        [one] { $count } more finding is not shown
       *[other] { $count } more findings are not shown
    }
    .help = Correct the ones that are shown, then check again.
