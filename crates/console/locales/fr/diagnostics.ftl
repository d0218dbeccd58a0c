# Ce qui ne va pas dans une définition, ou mérite d’être su : voir le fichier anglais.

# Partout.

diagnostic-required = Il manque une valeur
    .help = Renseignez-la.
diagnostic-too-long =
    { $unit ->
        [bytes]
            { $count ->
                [one] Le texte est trop long : { $count } octet
               *[other] Le texte est trop long : { $count } octets
            }
       *[characters]
            { $count ->
                [one] Le texte est trop long : { $count } caractère
               *[other] Le texte est trop long : { $count } caractères
            }
    }
    .help =
        { $unit ->
            [bytes]
                { $max ->
                    [one] Réduisez-le à { $max } octet.
                   *[other] Réduisez-le à { $max } octets au plus ; une lettre accentuée en prend deux ou davantage.
                }
           *[characters]
                { $max ->
                    [one] Réduisez-le à { $max } caractère.
                   *[other] Réduisez-le à { $max } caractères au plus.
                }
        }
diagnostic-too-many =
    { $count ->
        [one] Cette liste a { $count } élément, c’est trop
       *[other] Cette liste a { $count } éléments, c’est trop
    }
    .help =
        { $max ->
            [one] { $max } seul est autorisé.
           *[other] { $max } au plus sont autorisés.
        }
diagnostic-unknown-value = La valeur { $value } n’existe pas
    .help = Choisissez parmi { $known }.
diagnostic-value-required = Il manque une valeur
    .help = Choisissez parmi { $known }.
diagnostic-id-required = Il manque l’identifiant
    .help = Saisissez un identifiant.
diagnostic-id-malformed = L’identifiant contient « { $character } », qui n’est pas autorisé
    .help = N’utilisez que des lettres sans accent, des chiffres et les caractères . _ ~ : -
diagnostic-id-duplicate = L’identifiant « { $id } » figure déjà dans la liste, en position { $position }
    .help = Donnez à chacun son propre identifiant.
diagnostic-text-required = Le texte est vide
    .help = Écrivez ce qu’il doit dire.
diagnostic-language-required = Il manque la langue
    .help = Saisissez un code de langue tel que « pl » ou « fr-FR ».
diagnostic-language-malformed = « { $tag } » n’est pas un code de langue
    .help = Saisissez un code de langue tel que « pl » ou « fr-FR ».
diagnostic-time-range-required = Il manque la plage horaire
diagnostic-time-range-invalid =
    { $fault ->
        [begin] La plage commence à la minute { $minute } de la journée, qui n’existe pas
        [end] La plage se termine à la minute { $minute } de la journée, qui n’existe pas
       *[empty] La plage commence et se termine à la même minute de la journée ({ $minute })
    }
    .help = Choisissez un début entre 00:00 et 23:59, et une fin différente, à 24:00 au plus tard.
diagnostic-value-duplicate = Ceci figure déjà dans la liste, en position { $position }
    .help = Supprimez l’un des deux.
diagnostic-id-unknown =
    { $list ->
        [agents] « { $id } » n’est pas l’un des agents du compte
        [inboxes] « { $id } » n’est pas l’une des boîtes de réception du compte
        [inbox_groups] « { $id } » n’est pas l’un des groupes de boîtes du compte
        [sources] « { $id } » n’est pas l’une des sources du compte
        [integrations] « { $id } » n’est pas l’une des intégrations du compte
        [statuses] « { $id } » n’est pas l’un des statuts du compte
        [tags] « { $id } » n’est pas l’un des tags du compte
        [ticket_types] « { $id } » n’est pas l’un des types de ticket du compte
        [contexts] « { $id } » n’est pas l’un des contextes du compte
        [allegro_accounts] « { $id } » n’est pas l’un des comptes Allegro du compte
       *[order_statuses] « { $id } » n’est pas l’un des statuts de commande du compte
    }
    .help =
        { $suggested ->
            [yes] Vouliez-vous dire « { $suggestion } » ? Sinon, ajoutez-le au compte.
           *[no] Corrigez-le, ou ajoutez-le au compte.
        }

# Un compte.

diagnostic-account-id-differs = Ceci relève d’un autre compte que « { $account } »
    .help = Ne nommez aucun compte, ou nommez celui-là.
diagnostic-time-zone-required = Il manque le fuseau horaire
    .help = Saisissez un fuseau horaire IANA tel que « Europe/Paris ».
diagnostic-time-zone-unknown = Le fuseau horaire « { $time_zone } » n’existe pas
    .help =
        { $suggested ->
            [yes] Vouliez-vous dire « { $suggestion } » ?
           *[no] Saisissez un fuseau horaire IANA tel que « Europe/Paris ».
        }
diagnostic-locale-malformed = « { $tag } » n’est pas un code de langue
    .help = Saisissez un code de langue tel que « pl » ou « fr-FR ».
diagnostic-email-malformed = « { $email } » n’est pas une adresse e-mail
    .help = Saisissez une adresse telle que « anna@acme.example ».
diagnostic-date-required = Il manque la date
    .help = Saisissez une date telle que « 2026-12-24 ».
diagnostic-date-malformed = « { $date } » n’est pas une date
    .help = Saisissez une date telle que « 2026-12-24 ».
diagnostic-date-out-of-range = La date { $date } est trop éloignée
    .help = Choisissez une date à partir de { $year_min } et avant { $year_end }.
diagnostic-date-duplicate = La date { $date } figure déjà dans la liste, en position { $position }
    .help = Réunissez toutes les heures de cette journée.

# Un workflow.

diagnostic-workflows-per-account =
    { $max ->
        [one] Le compte a déjà { $max } workflow et ne peut pas en avoir davantage
       *[other] Le compte a déjà { $max } workflows et ne peut pas en avoir davantage
    }
    .help = Supprimez-en un qui ne sert plus.
diagnostic-name-required = Il manque le nom
    .help =
        { $max ->
            [one] Saisissez un nom de { $max } caractère.
           *[other] Saisissez un nom de { $max } caractères au plus.
        }
diagnostic-conditions-required = Le workflow n’a aucune condition
    .help = Ajoutez-en au moins une.
diagnostic-condition-unreadable = La condition est incomplète, ou inconnue ici
    .help = Choisissez ce sur quoi elle porte.
diagnostic-actions-required = Le workflow n’a aucune action
    .help = Ajoutez-en au moins une.
diagnostic-action-unreadable = L’action est incomplète, ou inconnue ici
    .help = Choisissez ce qu’elle fait.
diagnostic-phrases-too-many = Les workflows du compte ont plus de phrases qu’il n’est possible d’en chercher
    .help = Supprimez les phrases qui ne servent plus.

# Une condition.

diagnostic-values-required = La condition n’a aucune valeur
    .help = Ajoutez-en au moins une.
diagnostic-email-or-domain-malformed = « { $email } » n’est ni une adresse e-mail ni un domaine
    .help = Saisissez une adresse telle que « zofia@mail.example », ou un domaine tel que « @mail.example ».
diagnostic-phrase-folds-to-nothing = La phrase « { $phrase } » ne contient rien qui puisse être cherché
    .help = Saisissez autre chose que des espaces, des accents et des caractères invisibles.
diagnostic-phrase-duplicate = La phrase « { $phrase } » trouve la même chose que celle en position { $position }
    .help = Supprimez l’une des deux.
diagnostic-duration-required = Il manque la durée
    .help = Choisissez plus de, ou moins de, une durée.
diagnostic-duration-malformed = « { $value } » n’est pas une durée
    .help = Saisissez un nombre de minutes, d’heures ou de jours.
diagnostic-duration-out-of-range =
    { $fault ->
        [negative] La durée est négative
        [not_positive] Aucun temps n’est inférieur à cette durée
       *[too_long] La durée est trop longue
    }
    .help =
        { $max ->
            [one] Saisissez une durée de { $max } jour au plus ; « moins de » demande plus que zéro.
           *[other] Saisissez une durée de { $max } jours au plus ; « moins de » demande plus que zéro.
        }

# Une action.

diagnostic-line-break = Ce texte contient un saut de ligne
    .help = Écrivez-le sur une seule ligne.
diagnostic-recipient-required = Il manque le destinataire
    .help = Saisissez une adresse, ou une variable telle que {"{{"} customer_email {"}}"}.
diagnostic-recipient-implausible = Le destinataire n’est pas une adresse e-mail
    .help = Saisissez une adresse, ou une variable telle que {"{{"} customer_email {"}}"}.
diagnostic-template-variable-required = Ligne { $line }, colonne { $column } : il manque le nom de la variable
    .help = Choisissez parmi { $variables }.
diagnostic-template-variable-unknown = Ligne { $line }, colonne { $column } : la variable « { $variable } » n’existe pas
    .help =
        { $suggested ->
            [yes] Vouliez-vous dire « { $suggestion } » ?
           *[no] Choisissez parmi { $variables }.
        }
diagnostic-template-variable-unclosed = Ligne { $line }, colonne { $column } : la variable n’est pas fermée
    .help = Fermez-la par {"}}"}, comme dans {"{{"} customer_name {"}}"}.
diagnostic-template-default-expected = Ligne { $line }, colonne { $column } : aucune valeur de repli ne suit la barre verticale
    .help = Écrivez-la comme dans {"{{"} customer_name | default: "client" {"}}"}.
diagnostic-template-quote-expected = Ligne { $line }, colonne { $column } : la valeur de repli doit être entre guillemets droits
    .help =
        { $fault ->
            [curly] Remplacez { $quote } par un guillemet droit : "
            [escaped] Écrivez le guillemet lui-même (") à la place de { $quote }.
           *[missing] Écrivez-la comme dans {"{{"} customer_name | default: "client" {"}}"}.
        }
diagnostic-template-quote-unclosed = Ligne { $line }, colonne { $column } : le guillemet de la valeur de repli n’est pas fermé
    .help = Fermez-le par un guillemet droit : "
diagnostic-template-escape-unknown = Ligne { $line }, colonne { $column } : { $escape } ne veut rien dire dans une valeur de repli
    .help = Écrivez \\ pour une barre oblique inversée, et \" pour un guillemet.
diagnostic-template-end-expected = Ligne { $line }, colonne { $column } : {"}}"} doit suivre la valeur de repli
    .help = Écrivez-la comme dans {"{{"} customer_name | default: "client" {"}}"}.

# Un exemple.

diagnostic-ticket-required = Il manque le ticket
diagnostic-change-required = Il manque le changement
diagnostic-fact-required = Le changement ne dit pas ce qui s’est passé
    .help = Choisissez au moins un fait, ou que seul du temps a passé.
diagnostic-timer-not-alone = « Seul du temps a passé » côtoie d’autres faits
    .help = Retirez-le, ou retirez les autres faits.
diagnostic-tags-required = Aucun tag n’est nommé
    .help = Nommez les tags qui ont été assignés.
diagnostic-instant-required = Il manque la date et l’heure
diagnostic-instant-malformed = « { $value } » n’est pas une date avec une heure
    .help = Saisissez une date et une heure, jusqu’à l’an 9999.
diagnostic-instant-out-of-range = L’année { $year } est trop éloignée
    .help = Choisissez un instant à partir de { $year_min } et avant { $year_end }.
diagnostic-example-broken =
    { $expectation ->
        [match] L’exemple « { $example } » devrait correspondre et ne correspond pas
       *[no_match] L’exemple « { $example } » ne devrait pas correspondre et correspond
    }
    .help =
        { $count ->
            [0] Modifiez les conditions, ou l’exemple si c’est lui qui est faux.
            [one] Non remplie : { $conditions }. Modifiez la condition, ou l’exemple si c’est lui qui est faux.
           *[other] Non remplies : { $conditions }. Modifiez les conditions, ou l’exemple si c’est lui qui est faux.
        }

# Ce que sont les workflows, seuls et ensemble.

diagnostic-never-matches =
    { $conflicts_with ->
        [nothing] Aucun changement ne remplit cette condition : le workflow ne peut jamais se déclencher
        [condition] Aucun changement ne remplit à la fois cette condition et « { $condition } » : le workflow ne peut jamais se déclencher
       *[conditions] Aucun changement ne remplit cette condition et toutes celles qui précèdent : le workflow ne peut jamais se déclencher
    }
    .help =
        { $conflicts_with ->
            [nothing] Choisissez d’autres valeurs, ou supprimez-la.
           *[other] Modifiez l’une d’elles, ou faites en sorte que l’une ou l’autre suffise.
        }
diagnostic-alternative-never-matches =
    { $conflicts_with ->
        [nothing] Aucun changement ne remplit cette condition : cette alternative ne peut jamais se vérifier
        [condition] Aucun changement ne remplit à la fois cette condition et « { $condition } » : cette alternative ne peut jamais se vérifier
       *[conditions] Aucun changement ne remplit cette condition et toutes celles qui précèdent : cette alternative ne peut jamais se vérifier
    }
    .help =
        { $conflicts_with ->
            [nothing] Choisissez d’autres valeurs, ou supprimez-la.
           *[other] Modifiez l’une d’elles, ou supprimez cette alternative.
        }
diagnostic-always-matches = Le workflow se déclenche à chaque changement de chaque ticket
    .help = Ajoutez une condition qui dit lesquels sont visés.
diagnostic-condition-always-holds =
    { $list ->
        [any] L’une de ces conditions est toujours remplie
       *[all] Cette condition est toujours remplie
    }
    .help =
        { $list ->
            [any] Dites ce qui doit être le cas, ou supprimez-les.
           *[all] Dites ce qui doit être le cas, ou supprimez-la.
        }
diagnostic-phrase-redundant =
    { $more ->
        [0] Tout ce qui contient « { $phrase } » contient aussi « { $other } »
        [one] Tout ce qui contient « { $phrase } » contient aussi « { $other } » ; { $more } autre phrase du workflow est tout aussi inutile
       *[other] Tout ce qui contient « { $phrase } » contient aussi « { $other } » ; { $more } autres phrases du workflow sont tout aussi inutiles
    }
    .help = Supprimez cette phrase.
diagnostic-reply-without-guard =
    { $at_every ->
        [message] Ceci est renvoyé à chaque message que le client écrit
       *[change] Ceci est renvoyé à chaque changement du ticket
    }
    .help = Limitez-le au premier message du client, à un statut, ou à un délai écoulé.
diagnostic-same-as-another =
    { $told_of ->
        [other] « { $workflow_name } » vise les mêmes changements que ce workflow, et refait la même chose
       *[own] Ce workflow vise les mêmes changements que « { $other_name } », et refait la même chose
    }
    .help = Supprimez l’un des deux.
diagnostic-shadowed-by-stop =
    { $told_of ->
        [other] « { $workflow_name } » n’a jamais son tour : ce workflow passe avant, vise tout ce qu’il vise, et s’arrête là
       *[own] Ce workflow n’a jamais son tour : « { $other_name } » passe avant, vise tout ce qu’il vise, et s’arrête là
    }
    .help = Changez leur ordre, ou faites en sorte que celui qui s’arrête en vise moins.
diagnostic-writes-conflict =
    { $told_of ->
        [other] Ce workflow l’emporte sur « { $workflow_name } » en fixant « { $value } » quand les deux visent le même changement
       *[own]
            { $more ->
                [0] « { $other_name } » l’emporte sur ceci en fixant « { $value } » quand les deux visent le même changement
                [one] « { $other_name } » l’emporte sur ceci en fixant « { $value } » quand les deux visent le même changement ; { $more } autre workflow le pourrait aussi
               *[other] « { $other_name } » l’emporte sur ceci en fixant « { $value } » quand les deux visent le même changement ; { $more } autres workflows le pourraient aussi
            }
    }
    .help = Faites en sorte que leurs conditions s’excluent, ou que le premier s’arrête là.
diagnostic-cycle =
    { $told_of ->
        [other] Ce que fait « { $workflow_name } » lui revient en boucle, en passant par { $other_names }
       *[own]
            { $count ->
                [0] Ce que fait ce workflow le déclenche à nouveau
               *[other] Ce que fait ce workflow le déclenche à nouveau, en passant par { $other_names }
            }
    }
    .help = Faites en sorte que l’un d’eux demande ce qui n’est plus le cas la seconde fois.
diagnostic-dead = Aucun changement n’a déclenché ce workflow depuis { $since }
    .help = Supprimez-le s’il ne manque à personne, ou regardez ce qu’il attend.

# A key, and what else a request holds.

diagnostic-key-role-required = La clé n’a pas de rôle
    .help = Choisissez ce qu’elle permet.
diagnostic-key-accounts-required = La clé ne vaut pour aucun compte
    .help = Nommez des comptes, ou faites-la valoir pour tous.
diagnostic-key-accounts-conflict = La clé vaut pour tous les comptes, et en nomme
    .help = Choisissez l’un ou l’autre.
diagnostic-key-expired = La clé prendrait fin aussitôt
    .help = Choisissez un jour après aujourd’hui, ou aucun.
diagnostic-page-token-gone = Le journal des décisions a été recommencé, et ce que montrait cette page n’y est plus
    .help = Revenez à la première page.

# Les observations elles-mêmes.

diagnostic-too-many-findings = Il y a d’autres observations à partir d’ici
    .help = Corrigez les précédentes, puis vérifiez à nouveau.
diagnostic-findings-left-out =
    { $count ->
        [one] { $count } autre observation n’est pas affichée
       *[other] { $count } autres observations ne sont pas affichées
    }
    .help = Corrigez celles qui sont affichées, puis vérifiez à nouveau.
