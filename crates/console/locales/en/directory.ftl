directory-list-agents = Agents
directory-list-inboxes = Inboxes
directory-list-inbox_groups = Inbox groups
directory-list-sources = Sources
directory-list-integrations = Integrations
directory-list-statuses = Statuses
directory-list-tags = Tags
directory-list-ticket_types = Ticket types
directory-list-contexts = Contexts
directory-list-allegro_accounts = Allegro accounts
directory-list-order_statuses = Order statuses
directory-tab-lists = Lists
directory-tab-settings = Settings
directory-read-only = Only an administrator changes these pages. Your key or token lets you read them.
directory-search = Look for an id or a name
directory-search-do = Search
directory-count = { $found ->
    [one] { $found } entry
   *[other] { $found } entries
} of { $all }
directory-pages = Pages
directory-page = Page { $page } of { $pages }
directory-page-before = Previous page
directory-add-agent = Add an agent
directory-add-inbox = Add an inbox
directory-add-term = Add an entry
directory-agents-none = There are no agents yet. As long as there is none, workflows may assign tickets to any id.
directory-inboxes-none = There are no inboxes yet. As long as there is none, workflows may name any id.
directory-save = Save
directory-cancel = Cancel
directory-delete = Delete…
directory-delete-sure = Delete this entry?
directory-delete-yes = Yes, delete it
directory-go-on = Go on
directory-outdated = Somebody else has changed the account in the meantime, so nothing was stored. What you typed is still here. Look at what they did, and save again if yours is to stand.
directory-wrong = Nothing was stored: something is wrong below. What you typed is still here.
directory-warnings = { $count ->
    [one] One place uses an id that the directory does not have:
   *[other] { $count } places use an id that the directory does not have:
}
more = { $count ->
    [one] … and { $count } more
   *[other] … and { $count } more
}
done-directory-saved = Saved.

agent-id = Id
agent-id-help = What your helpdesk calls the agent. Workflows refer to it.
agent-first-name = First name
agent-last-name = Last name
agent-email = E-mail

hours-title = Working hours
hours-help = From when to when, on each day, such as 09:00 – 17:30. Hours that end before they begin go past midnight. Leave all empty for somebody without working hours.
hours-zone = Time zone of these hours
hours-zone-help = Leave it empty for the account’s: { $zone }.
hours-grid = Working hours of the week
hours-grid-help = Press and drag to paint hours, or move with the arrow keys and press the space bar. Hold Shift with an arrow key to paint along.
hours-grid-on = at work
hours-grid-part = at work for a part of it
hours-from = from
hours-to = to
hours-span-add = More hours: { $name }
hours-wrong-span = Give both a beginning and an end, such as 09:00 and 17:00.
hours-copy = Copy a day
hours-copy-from = From
hours-copy-to = to
hours-copy-do = Copy
hours-exceptions = Exceptions
hours-exceptions-help = Dates with other hours than usual. Without hours, it is a day off.
hours-exception-add = Add a date
hours-exception-new = New date
hours-exception-date = Date
hours-exception-drop = Remove: { $name }
hours-drop = Remove
hours-off = off
hours-misread-spans = Hours are missing, or are not like 09:00-12:00, 13:00-17:00.
hours-misread-part = This is neither days with hours (mon-fri 09:00-17:00), nor a date with hours or “off” (2026-12-24 off), nor a time zone.

inbox-id = Id
inbox-id-help = What your helpdesk calls the inbox. Workflows refer to it.
inbox-name = Name
inbox-groups = Groups
inbox-groups-more = Other groups
inbox-groups-help = Ids of groups, with commas between them.

term-id = Id
term-id-help = What your helpdesk calls it, exactly. Workflows refer to it.
term-name = Name

list-stated = Stated
list-stated-means = Workflows are checked against this list: an id that is not in it is pointed out.
list-free = Free
list-free-means = This list is not stated: workflows may use any id, and none is pointed out.
list-state-do = State this list
list-free-do = Leave it free…
list-free-sure = { $count ->
    [0] Workflows are then no longer checked against it.
    [one] Its entry is then deleted, and workflows are no longer checked against it.
   *[other] All { $count } entries are then deleted, and workflows are no longer checked against it.
}
list-free-yes = Yes, leave it free

settings-name = Name of the account
settings-zone = Time zone
settings-zone-help = Days and hours of all workflows are read in it. Type a city to find it.
settings-locale = Language and country
settings-locale-help = How dates are written in messages. Choose one, or type any other, such as ja-JP.
settings-sample = Now, as messages say it:
locale-bg-BG = Bulgarian (Bulgaria)
locale-cs-CZ = Czech (Czechia)
locale-da-DK = Danish (Denmark)
locale-de-AT = German (Austria)
locale-de-CH = German (Switzerland)
locale-de-DE = German (Germany)
locale-el-GR = Greek (Greece)
locale-en-GB = English (United Kingdom)
locale-en-IE = English (Ireland)
locale-en-US = English (United States)
locale-es-ES = Spanish (Spain)
locale-et-EE = Estonian (Estonia)
locale-fi-FI = Finnish (Finland)
locale-fr-BE = French (Belgium)
locale-fr-CA = French (Canada)
locale-fr-CH = French (Switzerland)
locale-fr-FR = French (France)
locale-hr-HR = Croatian (Croatia)
locale-hu-HU = Hungarian (Hungary)
locale-it-IT = Italian (Italy)
locale-lt-LT = Lithuanian (Lithuania)
locale-lv-LV = Latvian (Latvia)
locale-nb-NO = Norwegian (Norway)
locale-nl-BE = Dutch (Belgium)
locale-nl-NL = Dutch (Netherlands)
locale-pl-PL = Polish (Poland)
locale-pt-PT = Portuguese (Portugal)
locale-ro-RO = Romanian (Romania)
locale-sv-SE = Swedish (Sweden)
locale-uk-UA = Ukrainian (Ukraine)

directory-tab-transfer = Import and export
done-directory-imported = Imported.
import-title = Import
import-list = What is imported
import-whole = The whole directory
import-mode = What becomes of other entries
import-merge = Add and change entries; others stay
import-replace = Replace: what the file does not have is deleted
import-text = Table or JSON
import-help = Paste a table (CSV, with commas, semicolons or tabs) whose first line names the columns, or JSON. The whole directory is JSON as it is exported below.
import-help-hours = Working hours:
import-look = Show what would change
import-file = Choose a file…
import-unreadable = This file is no text in UTF-8. Save it as “CSV UTF-8”, and choose it again.
import-changes = What would change
import-nothing = Nothing would change: all of it is there already.
import-added = { $count } added
import-changed = { $count } changed
import-removed = { $count } deleted
import-store = Store it
import-misread = This cannot be read as it stands, so nothing was stored. What is wrong is told below.
import-refused = The service has refused this, so nothing was stored. What is wrong is told below.
import-mistakes = { $count ->
    [one] One mistake
   *[other] { $count } mistakes
}
import-place = Line { $line }, column { $column }:
import-line = Line { $line }:
import-misread-json = This is not JSON, or not that of this list.
import-misread-line = This line cannot be read.
import-misread-empty = There is nothing. The first line has to name the columns.
import-misread-head = The first line has to name the columns, and among them “id”.
import-misread-column = There is no such column.
import-misread-column-twice = This column stands here twice.
import-misread-id = The id is missing.
import-misread-twice = This id stands in an earlier line already.
import-misread-more = The line has more values than there are columns.
export-title = Export

settings-delete = Delete this account…
settings-delete-what = The account and all its workflows are deleted, and decide nothing any more. To confirm it, type its id: { $id }
settings-delete-id = Id of the account
settings-delete-other = This is not the id of the account, so nothing was deleted.
settings-delete-do = Delete the account
