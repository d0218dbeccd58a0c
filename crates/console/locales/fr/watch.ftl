watch-title = Suivi
watch-span = Période affichée
watch-span-hours = 2 dernières heures
watch-span-day = 24 dernières heures
watch-span-week = 7 derniers jours
watch-running = Mise à jour automatique
watch-paused = En pause
watch-lost = Le service ne répond pas ; nouvel essai toutes les quelques secondes
watch-pause = Pause

# Dans le temps.
watch-over-time = Dans le temps
watch-decisions-and-matches = Décisions et correspondances
watch-decisions = Décisions
watch-matches = Correspondances
watch-shadow-matches = Correspondances en simulation
watch-latency = Durée d’une décision
watch-latency-half = La moitié en moins de
watch-latency-ninety = 9 sur 10 en moins de
watch-latency-most = 99 sur 100 en moins de
watch-latency-all = Durée d’une décision : la moitié / 99 % / 99,9 % en moins de
watch-counted-since = Compté par le service qui répond, depuis :
watch-up-to = jusqu’à { $value }
watch-numbers = Afficher les chiffres
watch-from = À partir de
watch-matched = Workflows avec correspondances
watch-matched-none = Aucun workflow n’a eu de correspondance pendant cette période.
watch-workflow = Workflow
watch-course = Évolution
watch-last = Dernière correspondance
watch-more = { $count ->
    [one] et { $count } autre workflow
   *[other] et { $count } autres workflows
}

# Ce qui est essayé.
watch-shadow = En simulation
watch-shadow-help = Un workflow en simulation est évalué et compté, mais ses actions ne sont pas exécutées. À côté figurent les correspondances du même workflow quand il n’était pas en simulation.
watch-shadow-none = Aucun workflow en simulation n’a eu de correspondance pendant cette période.
watch-now = Maintenant
watch-is-shadow = en simulation
watch-is-live = réel

# Le service.
watch-service = Le service
watch-well = Tout va bien : ce qui est enregistré est ce qui décide.
watch-loading = Le service lit encore ses comptes.
watch-draining = Le service s’arrête.
watch-store-lost = La base est injoignable. Ce qui était enregistré continue de décider ; rien ne peut être enregistré.
watch-store-read-only = La base n’accepte pas d’écriture. Ce qui était enregistré continue de décider ; rien ne peut être enregistré.
watch-store-stale = La base n’a pas été lue depuis un moment : ce que d’autres ont enregistré depuis peut manquer.
watch-broken = { $count ->
    [one] { $count } compte est servi tel qu’il était avant sa dernière modification, que cette version ne sait pas lire.
   *[other] { $count } comptes sont servis tels qu’ils étaient avant leur dernière modification, que cette version ne sait pas lire.
}
watch-revision = Révision de ce compte
watch-started = Démarré
watch-made = Décisions depuis
watch-queue = Attente avant traitement
watch-turned-away = Appels refusés
watch-version = Version
watch-replicas = Tous les services sur la même base
watch-replica = Service
watch-this-one = (celui-ci)
watch-state = État
watch-state-running = en marche
watch-state-draining = s’arrête
watch-state-silent = muet
watch-last-heard = Dernier signe
watch-sequence = Enregistrements lus
watch-replicas-read = Les autres services, tels qu’ils étaient quand la base répondait encore :

# Ce que trouve l’analyse.
watch-findings = À regarder
watch-findings-look = Chercher les problèmes
watch-findings-none = Rien à signaler : pas de conflit, pas de workflow impossible, aucun qui en gêne un autre.
watch-findings-with = Avec :
watch-findings-more = { $count ->
    [one] et { $count } autre
   *[other] et { $count } autres
}
watch-findings-too-many = Ce compte a plus de workflows qu’il n’est possible d’en examiner ensemble.
watch-back = Retour au suivi
watch-dead-since = Aucune correspondance depuis
watch-dead-since-help = Liste aussi les workflows sans correspondance depuis ce jour.
watch-dead-since-wrong = Ce n’est pas une date. Écrivez-la ainsi : 2026-11-26.
watch-dead-unknown = Impossible de lister les workflows sans correspondance depuis ce jour, car le service ne compte que depuis :
watch-kind-writes-conflict = Workflows qui se contredisent
watch-kind-cycle = Workflows qui se déclenchent en boucle
watch-kind-shadowed-by-stop = Workflows toujours arrêtés par un autre
watch-kind-never-matches = Workflows qui ne peuvent jamais correspondre
watch-kind-alternative-never-matches = Alternatives impossibles
watch-kind-dead = Workflows sans correspondance
watch-kind-same-as-another = Workflows identiques à un autre
watch-kind-reply-without-guard = Réponses qui risquent d’être envoyées sans cesse
watch-kind-always-matches = Workflows qui correspondent à tout changement
watch-kind-condition-always-holds = Conditions toujours remplies
watch-kind-phrase-redundant = Phrases inutiles
watch-kind-other = Autres

# Numbers.
watch-number = { $value }
watch-microseconds = { $value } µs
watch-milliseconds = { $value } ms
watch-seconds = { $value } s
