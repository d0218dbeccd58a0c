trying-title = Essayer
trying-intro = Dites ce qui est arrivé à un ticket, et voyez quels workflows correspondent, et pourquoi. Rien n’est envoyé, compté ni enregistré.
trying-samples = Partir d’un exemple :
trying-pick-decision = Une des dernières décisions
trying-draft = Le workflow « { $name } » est essayé tel que vous l’avez modifié, sans être enregistré.
trying-draft-wrong = Le workflow essayé ne peut pas être enregistré ainsi :
trying-draft-leave = Essayer plutôt ce qui est enregistré
trying-paste = Coller un changement
trying-paste-label = Une EvaluateRequest en JSON, ou une ligne du journal des décisions
trying-paste-go = Remplir et essayer
trying-paste-empty = Collez d’abord un changement.
trying-paste-syntax = Ce n’est pas du JSON : plus rien n’a de sens à partir de la ligne { $line }, colonne { $column }.
trying-paste-form = C’est du JSON, mais pas un changement de ticket :
trying-masked = Ces textes ont été masqués à l’enregistrement, les conditions qui les regardent jugent donc le masque : { $fields }.
trying-baseline = Ce qui a été collé dit ce qu’il y avait avant le changement : les conditions sur le ticket ne correspondent que si elles deviennent vraies. C’est conservé.
trying-cause = Ce qui a été collé a été causé par les workflows { $ids } ; leurs actions ne sont pas prêtes une nouvelle fois. C’est conservé.

trying-what = Ce qui s’est passé
fact-message = Un message a été reçu
fact-created = Le ticket a été créé
fact-tags = Des tags ont été assignés
fact-status = Le statut a été défini
fact-return = Un retour a été créé
fact-updated = Autre chose a changé
fact-timer = Seul le temps a passé
author-customer = du client
author-other = de quelqu’un d’autre
trying-text = Ce qu’il dit
trying-first = premier message du client dans ce ticket
trying-auto = écrit par une machine (absence du bureau, message non distribué)
trying-tags-assigned = Assignés à l’instant
trying-status-set = Nouveau statut
trying-ticket = Le ticket après cela
trying-subject = Sujet
trying-customer-name = Nom du client
trying-customer-email = E-mail du client
trying-agent = Agent assigné
trying-tags = Tous les tags du ticket
trying-one-a-line = Un par ligne.
trying-times = Quand
trying-now = Maintenant
trying-created-at = Création du ticket
trying-last-reply-at = Dernière réponse du client
trying-now-help = Dans le fuseau horaire du compte. Si « maintenant » est vide, c’est l’instant présent.
trying-more = Plus sur le ticket
trying-ticket-id = Numéro du ticket
trying-url = Adresse du ticket
trying-orders-field = Commandes liées, une par ligne
trying-chaining = Montrer aussi ce que les actions déclencheraient à leur tour
trying-go = Essayer
trying-problem-no-fact = Dites ce qui s’est passé : cochez au moins une case.
trying-problem-timer-alone = « Seul le temps a passé » va seul : rien d’autre ne s’est alors passé.
trying-problem-no-tag = Choisissez au moins un tag.
trying-problem-no-status = Choisissez un statut.
trying-problem-instant = Ce n’est pas une date avec une heure.

trying-answer-title = La réponse
trying-nothing-yet = Elle apparaît ici dès que quelque chose est rempli.
trying-incomplete = Quelque chose manque ou ne va pas : voyez à côté des champs.
trying-count = { $count ->
    [0] Aucun workflow ne correspond
    [one] { $count } workflow correspond
   *[other] { $count } workflows correspondent
}
trying-at = Jugé le
trying-revision = Révision { $revision }.
trying-shadow-title = En mode simulation, ceux-ci correspondraient aussi
trying-round = Déclenché à son tour, tour { $number }
trying-chain-loop = Une boucle a été coupée ici : des workflows qui avaient correspondu correspondraient de nouveau.
trying-chain-rounds = Après dix tours, les actions changent encore le ticket ; la suite n’a pas été demandée.
trying-next-due = S’il ne se passe rien d’autre, un workflow commencera à correspondre le
trying-others-title = Ce qui ne correspond pas, le plus proche d’abord
trying-left-out = { $count ->
    [one] { $count } autre workflow, plus éloigné, n’est pas montré.
   *[other] { $count } autres workflows, plus éloignés, ne sont pas montrés.
}
trying-why = Pourquoi il correspond
trying-open = Ouvrir ce workflow
trying-any = et au moins une de celles-ci :
trying-held = Remplie :
trying-failed = Non remplie :
trying-seen = Vu :
trying-short = Il manque { $span },
trying-not-yet = Pas avant { $span },
trying-short-until = jusqu’au
trying-bar-timeless = Ses conditions sont remplies, mais rien n’y dépend du temps, et seul le temps a passé.
trying-bar-held-before = Ses conditions sont remplies, mais elles l’étaient déjà avant le changement.
trying-matches = correspond
trying-passed-over = ignoré
trying-disabled = désactivé
trying-no-match = ne correspond pas
trying-failed-count = { $count ->
    [one] à { $count } condition près
   *[other] à { $count } conditions près
}
trying-stopped-by = Il correspondrait, mais « { $name } » correspond avant lui et met fin au traitement.
trying-ready = serait fait
trying-not-ready = ne serait pas fait
trying-email-to = Envoyer un e-mail à { $to }
trying-orders = Commandes : { $orders }
trying-missing = Sans valeur : { $names }
not-ready-superseded = Une action ultérieure définit la même chose.
not-ready-no-linked-order = Aucune commande n’est liée au ticket.
not-ready-auto-submitted = Elle répondrait à un message écrit par une machine.
not-ready-caused-by-itself = Ce workflow est lui-même à l’origine du changement.
not-ready-shadow = Le workflow est en mode simulation.

seen-none = rien
seen-unknown = inconnu
seen-no-message = aucun message n’a été reçu
seen-message = un message a été reçu
seen-message-empty = le message n’a pas de texte
seen-no-tag = aucun tag n’a été assigné
seen-no-status = le statut n’a pas été défini
seen-no-ticket = aucun ticket n’a été créé
seen-ticket-by-agent = créé par un agent
seen-ticket-by-message = créé par un message du client
seen-no-action = le client n’a rien fait
seen-ago = il y a { $span }
seen-ahead = dans { $span }
seen-no-agent = aucun agent n’est assigné
seen-no-hours = { $agent } n’a pas d’heures de travail

sample-parcel = « Where is my parcel? »
sample-message = Un message
sample-created = Un nouveau ticket
sample-tags = Un tag
sample-status = Un statut
sample-return = Un retour
sample-updated = Une mise à jour
sample-timer = Le temps passe
sample-subject = Commande 48213, où est mon colis ?
sample-text = Bonjour ! Où est mon colis ? S’il est perdu, je voudrais un remboursement.

decisions-title = Les dernières décisions
decisions-back = Retour à l’essai
decisions-no-log = Ce service ne tient pas de journal de ses décisions. Il en tient un s’il est démarré avec :
decisions-none = Rien n’a encore été décidé pour ce compte.
decisions-ticket = Ticket { $id }
decisions-matches = { $count ->
    [0] Aucun workflow n’a correspondu
    [one] { $count } workflow a correspondu
   *[other] { $count } workflows ont correspondu
}
decisions-try = Essayer de nouveau
