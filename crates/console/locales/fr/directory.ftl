directory-list-agents = Agents
directory-list-inboxes = Boîtes de réception
directory-list-inbox_groups = Groupes de boîtes
directory-list-sources = Sources
directory-list-integrations = Intégrations
directory-list-statuses = Statuts
directory-list-tags = Tags
directory-list-ticket_types = Types de ticket
directory-list-contexts = Contextes
directory-list-allegro_accounts = Comptes Allegro
directory-list-order_statuses = Statuts de commande
directory-tab-lists = Listes
directory-tab-settings = Réglages
directory-read-only = Seul un administrateur modifie ces pages. Votre clé ou votre jeton vous permet de les lire.
directory-search = Chercher un identifiant ou un nom
directory-search-do = Chercher
directory-count = { $found ->
    [one] { $found } entrée
   *[other] { $found } entrées
} sur { $all }
directory-pages = Pages
directory-page = Page { $page } sur { $pages }
directory-page-before = Page précédente
directory-add-agent = Ajouter un agent
directory-add-inbox = Ajouter une boîte
directory-add-term = Ajouter une entrée
directory-agents-none = Il n’y a pas encore d’agent. Tant qu’il n’y en a aucun, les workflows peuvent assigner les tickets à n’importe quel identifiant.
directory-inboxes-none = Il n’y a pas encore de boîte de réception. Tant qu’il n’y en a aucune, les workflows peuvent nommer n’importe quel identifiant.
directory-save = Enregistrer
directory-cancel = Annuler
directory-delete = Supprimer…
directory-delete-sure = Supprimer cette entrée ?
directory-delete-yes = Oui, supprimer
directory-go-on = Continuer
directory-outdated = Quelqu’un d’autre a modifié le compte entre-temps, rien n’a donc été enregistré. Ce que vous avez saisi est toujours là. Regardez ce qui a changé, puis enregistrez à nouveau si votre version doit l’emporter.
directory-wrong = Rien n’a été enregistré : quelque chose ne va pas ci-dessous. Ce que vous avez saisi est toujours là.
directory-warnings = { $count ->
    [one] Un endroit utilise un identifiant que l’annuaire ne connaît pas :
   *[other] { $count } endroits utilisent un identifiant que l’annuaire ne connaît pas :
}
more = { $count ->
    [one] … et { $count } autre
   *[other] … et { $count } autres
}
done-directory-saved = Enregistré.

agent-id = Identifiant
agent-id-help = Celui de l’agent dans votre outil de service client. Les workflows s’y réfèrent.
agent-first-name = Prénom
agent-last-name = Nom
agent-email = E-mail

hours-title = Heures de travail
hours-help = De quand à quand, pour chaque jour, par exemple 09:00 – 17:30. Des heures qui finissent avant de commencer passent minuit. Laissez tout vide pour quelqu’un sans heures de travail.
hours-zone = Fuseau horaire de ces heures
hours-zone-help = Laissez vide pour celui du compte : { $zone }.
hours-grid = Heures de travail de la semaine
hours-grid-help = Appuyez et glissez pour peindre les heures, ou déplacez-vous avec les flèches et appuyez sur la barre d’espace. Maintenez Maj avec une flèche pour peindre en avançant.
hours-grid-on = au travail
hours-grid-part = au travail en partie
hours-from = de
hours-to = à
hours-span-add = Plus d’heures : { $name }
hours-wrong-span = Indiquez un début et une fin, par exemple 09:00 et 17:00.
hours-copy = Copier un jour
hours-copy-from = De
hours-copy-to = vers
hours-copy-do = Copier
hours-exceptions = Exceptions
hours-exceptions-help = Les dates dont les heures diffèrent. Sans heures, c’est un jour de congé.
hours-exception-add = Ajouter une date
hours-exception-new = Nouvelle date
hours-exception-date = Date
hours-exception-drop = Retirer : { $name }
hours-drop = Retirer
hours-off = congé
hours-misread-spans = Les heures manquent, ou ne sont pas de la forme 09:00-12:00, 13:00-17:00.
hours-misread-part = Ce ne sont ni des jours avec des heures (mon-fri 09:00-17:00), ni une date avec des heures ou « off » (2026-12-24 off), ni un fuseau horaire.

inbox-id = Identifiant
inbox-id-help = Celui de la boîte dans votre outil de service client. Les workflows s’y réfèrent.
inbox-name = Nom
inbox-groups = Groupes
inbox-groups-more = Autres groupes
inbox-groups-help = Identifiants de groupes, séparés par des virgules.

term-id = Identifiant
term-id-help = Exactement comme dans votre outil de service client. Les workflows s’y réfèrent.
term-name = Nom

list-stated = Fixée
list-stated-means = Les workflows sont comparés à cette liste : un identifiant qui n’y est pas est signalé.
list-free = Libre
list-free-means = Cette liste n’est pas fixée : les workflows peuvent utiliser n’importe quel identifiant, et rien n’est signalé.
list-state-do = Fixer cette liste
list-free-do = La laisser libre…
list-free-sure = { $count ->
    [0] Les workflows n’y seront plus comparés.
    [one] Son entrée sera supprimée, et les workflows n’y seront plus comparés.
   *[other] Ses { $count } entrées seront supprimées, et les workflows n’y seront plus comparés.
}
list-free-yes = Oui, la laisser libre

settings-name = Nom du compte
settings-zone = Fuseau horaire
settings-zone-help = Les jours et heures de tous les workflows s’y lisent. Tapez une ville pour le trouver.
settings-locale = Langue et pays
settings-locale-help = La façon d’écrire les dates dans les messages. Choisissez, ou tapez-en une autre, par exemple ja-JP.
settings-sample = Maintenant, comme l’écrivent les messages :
locale-bg-BG = bulgare (Bulgarie)
locale-cs-CZ = tchèque (Tchéquie)
locale-da-DK = danois (Danemark)
locale-de-AT = allemand (Autriche)
locale-de-CH = allemand (Suisse)
locale-de-DE = allemand (Allemagne)
locale-el-GR = grec (Grèce)
locale-en-GB = anglais (Royaume-Uni)
locale-en-IE = anglais (Irlande)
locale-en-US = anglais (États-Unis)
locale-es-ES = espagnol (Espagne)
locale-et-EE = estonien (Estonie)
locale-fi-FI = finnois (Finlande)
locale-fr-BE = français (Belgique)
locale-fr-CA = français (Canada)
locale-fr-CH = français (Suisse)
locale-fr-FR = français (France)
locale-hr-HR = croate (Croatie)
locale-hu-HU = hongrois (Hongrie)
locale-it-IT = italien (Italie)
locale-lt-LT = lituanien (Lituanie)
locale-lv-LV = letton (Lettonie)
locale-nb-NO = norvégien (Norvège)
locale-nl-BE = néerlandais (Belgique)
locale-nl-NL = néerlandais (Pays-Bas)
locale-pl-PL = polonais (Pologne)
locale-pt-PT = portugais (Portugal)
locale-ro-RO = roumain (Roumanie)
locale-sv-SE = suédois (Suède)
locale-uk-UA = ukrainien (Ukraine)

directory-tab-transfer = Import et export
done-directory-imported = Importé.
import-title = Import
import-list = Ce qui est importé
import-whole = Tout l’annuaire
import-mode = Ce que deviennent les autres entrées
import-merge = Ajouter et modifier des entrées ; les autres restent
import-replace = Remplacer : ce que le fichier n’a pas est supprimé
import-text = Tableau ou JSON
import-help = Collez un tableau (CSV, avec virgules, points-virgules ou tabulations) dont la première ligne nomme les colonnes, ou du JSON. Tout l’annuaire est du JSON, tel qu’il est exporté ci-dessous.
import-help-hours = Heures de travail :
import-look = Montrer ce qui changerait
import-file = Choisir un fichier…
import-unreadable = Ce fichier n’est pas du texte en UTF-8. Enregistrez-le en « CSV UTF-8 », puis choisissez-le à nouveau.
import-changes = Ce qui changerait
import-nothing = Rien ne changerait : tout y est déjà.
import-added = { $count ->
    [one] { $count } ajout
   *[other] { $count } ajouts
}
import-changed = { $count ->
    [one] { $count } modification
   *[other] { $count } modifications
}
import-removed = { $count ->
    [one] { $count } suppression
   *[other] { $count } suppressions
}
import-store = Enregistrer
import-misread = Ceci est illisible en l’état, rien n’a donc été enregistré. Ce qui ne va pas est indiqué ci-dessous.
import-refused = Le service a refusé ceci, rien n’a donc été enregistré. Ce qui ne va pas est indiqué ci-dessous.
import-mistakes = { $count ->
    [one] { $count } erreur
   *[other] { $count } erreurs
}
import-place = Ligne { $line }, colonne { $column } :
import-line = Ligne { $line } :
import-misread-json = Ce n’est pas du JSON, ou pas celui de cette liste.
import-misread-line = Cette ligne est illisible.
import-misread-empty = Il n’y a rien. La première ligne doit nommer les colonnes.
import-misread-head = La première ligne doit nommer les colonnes, dont « id ».
import-misread-column = Cette colonne n’existe pas.
import-misread-column-twice = Cette colonne figure deux fois.
import-misread-id = L’identifiant manque.
import-misread-twice = Cet identifiant figure déjà dans une ligne précédente.
import-misread-more = La ligne a plus de valeurs qu’il n’y a de colonnes.
export-title = Export

settings-delete = Supprimer ce compte…
settings-delete-what = Le compte et tous ses workflows sont supprimés, et ne décident plus rien. Pour confirmer, tapez son identifiant : { $id }
settings-delete-id = Identifiant du compte
settings-delete-other = Ce n’est pas l’identifiant du compte, rien n’a donc été supprimé.
settings-delete-do = Supprimer le compte
