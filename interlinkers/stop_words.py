"""Words that say nothing about what a text is about, in the languages that the catalogue comes in, folded."""

_ENGLISH = """
about after all also and any are back because been before being both but can could did does doing done each
every few for from get give given has have having here how into its just like made make many may might more
most much must need needs new not now off one only other our out over own same should since some such than
that the their them then there these they thing things this those through time too two under until upon use
used using very was way well were what when where which while who whom whose why will with within without
would you your
"""
_LATVIAN = """
abi aiz ar arī arvien bet bez būs būt caur citi cits cik dēļ gan gandrīz iekš ikviens ir itin jau jo jums jūs
kad kam kas katrs kur kura kuras kurā kuri kurš kuru kā kādi kāds kāpēc kļūt lai lūdzu man mēs mums nav ne
nebūs nevis nekas no nost nu ļoti pa par pat pats pār pārāk pēc pie pirms pret priekš sev sevi savu savas
savus starp tad tas tai tam tādi tāds tie tiem tiek tika tikai tikt to tomēr tos tur turklāt tā tām tās uz un
vai vairāk var varat varētu vēl viena viens visi viss visu vismaz viņi viņš viņu zem šajā šo šī šīs šis šie
"""
_UKRAINIAN = """
але аби або адже без був буде будуть була були було більш більше вже від вони вона воно він все всі всіх
всього якщо якби дещо для ддо до його його інші інший їх їхній кожен коли кого кому ким крім лише між має
мають може можна можуть мене мною навіть над нам нас наш наша наше наші немає ніж ніщо одна один однак ось
перед під після по потім при про саме свій своє свої своїх собі так така такий також там тепер тих тільки той
тому тоді того треба тут уже усі хоч хто цей це ці цих цього чи чого чому через щоб що щось яка який яке які
якій яких якого
"""
_SPANISH = """
algo ante antes bajo bien cada como con contra cual cuando desde donde dos ella ellas ellos entre era eran esa
ese eso esta estas este esto estos está están fue fueron hace hacia hasta hay las les los más mientras muy nos
nosotros otra otro otros para pero poco por porque puede pueden que quien ser según ser sin sobre son sus
también tanto tener tiene tienen toda todas todo todos una unas uno unos usted vez
"""
_ITALIAN = """
alla alle allo anche ancora avere che chi ciascuno come con cosa così cui dai dal dalla dalle dallo degli dei
del della delle dello dentro deve devono dopo dove due ecco era essere fra già gli hanno lei loro lui molto
negli nei nel nella nelle nello noi non nostro ogni oppure per perché più poi può possono prima puoi qual
quale quali quando quanto quella quello questa queste questi questo sarà senza sia solo sono sotto sua sugli
sui sul sulla sulle suo suoi tra tutte tutti tutto una uno voi vostro
"""

STOP_WORDS = frozenset(
    word
    for language in (_ENGLISH, _LATVIAN, _UKRAINIAN, _SPANISH, _ITALIAN)
    for word in language.split()
)
