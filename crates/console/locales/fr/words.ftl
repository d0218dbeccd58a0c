# Comment se lisent les conditions et les actions : voir le fichier anglais.

condition-source = Source
    .is = la source est { $values }
    .is-not = la source n’est pas { $values }
condition-new_ticket = Création d’un nouveau ticket
    .is = un nouveau ticket est créé { $values }
    .is-not = un nouveau ticket est créé, mais pas { $values }
    .never = aucun ticket n’est créé
condition-day_of_week = Jour de la semaine
    .is = le jour est { $values }
    .is-not = le jour n’est pas { $values }
condition-email = E-mail
    .is = l’e-mail du client est { $values }
    .is-not = l’e-mail du client n’est pas { $values }
condition-subject = Le sujet contient
    .is = le sujet { $mode } { $values }
    .is-not = le sujet ne correspond pas à : { $mode } { $values }
condition-customer_name = Le nom du client contient
    .is = le nom du client { $mode } { $values }
    .is-not = le nom du client ne correspond pas à : { $mode } { $values }
condition-message = Le nouveau message contient
    .is = le nouveau message { $mode } { $values }
    .is-not = un message arrive qui ne correspond pas à : { $mode } { $values }
condition-time_of_day = Heure
    .is = il est { $values }
    .is-not = il n’est pas { $values }
condition-integration = Intégrations
    .is = l’intégration est { $values }
    .is-not = l’intégration n’est pas { $values }
condition-new_message = Nouveau message
    .is = un message arrive
    .is-not = aucun message n’arrive
condition-action = Action
    .is = { $values }
    .is-not = le client agit, mais pas ainsi : { $values }
condition-tag_assigned = Tag assigné
    .is = le tag { $values } est assigné
    .is-not = un tag autre que { $values } est assigné
condition-status_set = Statut défini
    .is = le statut devient { $values }
    .is-not = le statut devient autre que { $values }
condition-last_customer_reply = Dernière réponse du client
    .is = la dernière réponse du client date de { $values }
    .is-not = la dernière réponse du client ne date pas de { $values }
condition-ticket_created = Ticket créé
    .is = le ticket a été créé il y a { $values }
    .is-not = le ticket n’a pas été créé il y a { $values }
condition-current_status = Statut actuel
    .is = le statut est { $values }
    .is-not = le statut n’est pas { $values }
condition-context = Contexte
    .is = le contexte est { $values }
    .is-not = le contexte n’est pas { $values }
condition-sentiment = Sentiment
    .is = le sentiment est { $values }
    .is-not = le sentiment n’est pas { $values }
condition-reply_status = Statut de la réponse
    .is = le ticket est { $values }
    .is-not = le ticket n’est pas { $values }
condition-ticket_state = Statut du ticket
    .is = le ticket est { $values }
    .is-not = le ticket n’est pas { $values }
condition-allegro_account = Compte Allegro
    .is = le compte Allegro est { $values }
    .is-not = le compte Allegro n’est pas { $values }
condition-inbox = Boîte de réception
    .is = la boîte de réception est { $values }
    .is-not = la boîte de réception n’est pas { $values }
condition-inbox_group = Groupe de boîtes
    .is = la boîte fait partie du groupe { $values }
    .is-not = la boîte ne fait pas partie du groupe { $values }
condition-ticket_type = Type de ticket
    .is = le type du ticket est { $values }
    .is-not = le type du ticket n’est pas { $values }
condition-working_hours = Heures de travail
    .is = { $values }
    .is-not = il n’est pas vrai que { $values }
condition-none = une condition à compléter

action-send_message = Envoyer un message
    .does = envoyer le message « { $text } »
action-send_translated_message = Envoyer un message traduit
    .does = envoyer le message « { $text } », traduit ({ $language })
action-ai_message = Envoyer un message IA
    .does = laisser l’IA répondre : « { $text } »
action-send_email = Envoyer un e-mail
    .does = envoyer à { $to } l’e-mail « { $text } »
action-set_status = Définir le statut
    .does = définir le statut : { $value }
action-assign_agent = Assigner un agent
    .does = assigner à { $value }
action-assign_tag = Assigner un tag
    .does = assigner le tag { $value }
action-change_order_status = Changer le statut de la commande
    .does = changer le statut de la commande : { $value }
action-none = une action à compléter

values-or = { $rest } ou { $last }
values-more = { $count ->
    [one] { $values } ou { $count } autre
   *[other] { $values } ou { $count } autres
}
quoted = « { $text } »

phrase-contains = contient
phrase-equals = est exactement
phrase-starts_with = commence par
phrase-ends_with = se termine par

new-ticket-anyone = par n’importe qui
new-ticket-agent = par un agent
new-ticket-customer_message = par un message du client

customer-first_customer_message = le premier message du client arrive
customer-every_customer_message = un message du client arrive
customer-return_created = un retour est créé

day-1 = lundi
day-2 = mardi
day-3 = mercredi
day-4 = jeudi
day-5 = vendredi
day-6 = samedi
day-7 = dimanche

sentiment-positive = positif
sentiment-neutral = neutre
sentiment-negative = négatif
reply-answered = répondu
reply-unanswered = sans réponse
state-open = ouvert
state-closed = fermé

elapsed-more-than = plus de { $span }
elapsed-less-than = moins de { $span }
span-days = { $count ->
    [one] { $count } jour
   *[other] { $count } jours
}
span-hours = { $count ->
    [one] { $count } heure
   *[other] { $count } heures
}
span-minutes = { $count ->
    [one] { $count } minute
   *[other] { $count } minutes
}
span-seconds = { $count ->
    [one] { $count } seconde
   *[other] { $count } secondes
}

attendance-inside = { $agent } est au travail
attendance-outside = { $agent } n’est pas au travail
attendance-inside-assigned = l’agent assigné est au travail
attendance-outside-assigned = l’agent assigné n’est pas au travail
