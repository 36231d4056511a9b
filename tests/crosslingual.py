"""Claims in English, and what says the same in French, Russian and Kazakh: all in our own words."""

CLAIMS = """
The city council will open a new cycle bridge over the river by May 2027.
The ministry of health promises free dental care for all children under twelve.
Inflation fell to 3.1 percent in October.
The airline will cut four hundred jobs in Toulouse.
Unemployment among young people has doubled in ten years.
The dam will supply electricity to two million households.
The president will not run for a third term.
The central bank expects growth of two percent next year.
A vaccine against malaria will be available in rural clinics from January.
The railway line between the capital and the port will be finished in 2029.
The police recorded fewer burglaries than in the year before.
Farmers will receive compensation for crops destroyed by the drought.
The company has polluted the lake with mercury for decades.
The government will raise the minimum wage to fifteen euros an hour.
The opposition leader was arrested at the airport.
The glacier has lost a third of its ice since 1990.
The school year will begin two weeks later because of the heat.
Bread prices have risen by a quarter since the war began.
The museum will return stolen statues to Benin.
The mayor promised to plant ten thousand trees before the end of her term.
The hospital in the north lacks anaesthetists and nurses.
Natural gas imports from Russia will end in 2027.
The court will decide on the merger in the spring.
The country exported more wheat than ever before.
The new law bans smoking on beaches and in parks.
The two countries will sign a trade agreement in Geneva.
A third of all pensioners live below the poverty line.
The satellite will be launched on the first of March.
The minister denied having received money from the company.
The strike at the port has ended after six weeks.
The nuclear power plant will be shut down by 2035.
The bank will close sixty branches in small towns.
Half of all teachers are thinking of leaving their job.
The film festival will take place without an audience.
The number of wolves in the mountains has tripled.
Everyone over sixty-five will be able to travel free on local buses.
The border crossing will be reopened next week.
The rent freeze has not produced any new flats.
A new submarine cable will connect the island with the mainland.
The football club will move into its new stadium in August.
The army will withdraw its soldiers from the region by autumn.
Electric cars will be cheaper than petrol cars within three years.
The drinking water in the village contains too much arsenic.
The parliament rejected the budget by one vote.
The tax on sugary drinks will be abolished.
The earthquake destroyed more than five thousand houses.
The metro will run all night at weekends.
Tourists will have to pay an entrance fee to visit the old town.
The country wants to host the World Cup in 2034.
The rocket failed two minutes after launch.
The population will shrink by a tenth by 2050.
Doctors prescribe too many antibiotics.
The steelworks will switch to hydrogen by 2030.
The refugees will be allowed to work from the first day.
The car maker is recalling two hundred thousand vehicles because of faulty brakes.
The fishing quota for cod will be halved.
The journalist was released after a year in prison.
Wind power covered half of the demand for electricity last year.
The university will no longer charge tuition fees.
The ferry sank because it was overloaded.
The state owes the contractors eight hundred million.
The new airport will not open this year.
The measles outbreak is under control.
The peace talks will resume in Istanbul in September.
The telephone company will switch off its 3G network.
The premier's brother owns shares in the mine.
Oil production will be increased by half a million barrels a day.
The forest fires burned an area as large as Luxembourg.
Every second child in the region is vaccinated against polio.
The euro will be introduced on 1 January 2028.
The president will visit Astana in June.
The capital sinks by ten centimetres every year.
The referendum will be held at the same time as the elections.
The government has built only a tenth of the promised flats.
The theatre's roof will be repaired by Christmas.
The online shop sold data of its customers.
The number of divorces fell during the pandemic.
The city will ban diesel cars from the centre.
The prison is holding twice as many people as it has places for.
The interest rate will remain unchanged until the summer.
The mountain road is closed because of a landslide.
The drug trial was stopped because of serious side effects.
The government spent a billion on masks that were never used.
The party will choose a woman as its candidate.
The lake will have dried up by 2040.
The tram line will be extended to the university campus.
The country will leave the military alliance.
The supermarket chain will stop selling eggs from caged hens.
The aid convoy has not reached the besieged city.
The governor resigned because of the corruption affair.
Airfares will go up by ten percent next summer.
The castle will be turned into a luxury hotel.
A new species of frog was discovered in the cloud forest.
The number of air passengers has exceeded the level of 2019.
The state railway is the least punctual in Europe.
The bird flu virus has spread to dairy cows.
Voters abroad will be able to vote online.
The canal will be widened so that larger ships can pass.
The chip factory will create three thousand jobs.
The songwriter's estate will sue the record company.
""".strip().split("\n")

SAID = [
    (0, "fr", "D'ici mai 2027, la municipalité ouvrira une nouvelle passerelle cyclable au-dessus du fleuve."),
    (0, "ru", "К маю 2027 года городской совет откроет новый велосипедный мост через реку."),
    (0, "kk", "Қалалық кеңес 2027 жылғы мамырға дейін өзен үстінен жаңа велосипед көпірін ашады."),
    (1, "fr", "Les soins dentaires seront gratuits pour les moins de douze ans, assure le ministère de la Santé."),
    (2, "ru", "В октябре инфляция снизилась до 3,1 процента."),
    (2, "kk", "Қазан айында инфляция 3,1 пайызға дейін төмендеді."),
    (3, "fr", "La compagnie aérienne supprimera 400 emplois à Toulouse."),
    (6, "ru", "Глава государства не будет баллотироваться на третий срок."),
    (6, "kk", "Президент үшінші мерзімге сайлауға түспейді."),
    (6, "fr", "Le chef de l'État ne briguera pas un troisième mandat."),
    (7, "kk", "Орталық банк келесі жылы екі пайыздық өсімді күтеді."),
    (8, "fr", "À partir de janvier, les dispensaires de campagne disposeront d'un vaccin contre le paludisme."),
    (9, "ru", "Железная дорога от столицы до порта будет достроена в 2029 году."),
    (10, "kk", "Полиция өткен жылға қарағанда пәтер тонаудың аз тіркелгенін айтты."),
    (11, "fr", "Les agriculteurs dont les récoltes ont été détruites par la sécheresse seront indemnisés."),
    (13, "ru", "Правительство поднимет минимальную зарплату до пятнадцати евро в час."),
    (14, "kk", "Оппозиция жетекшісі әуежайда қамауға алынды."),
    (15, "fr", "Depuis 1990, un tiers de la glace du glacier a disparu."),
    (16, "ru", "Из-за жары учебный год начнётся на две недели позже."),
    (17, "kk", "Соғыс басталғалы нан бағасы төрттен бірге өсті."),
    (18, "fr", "Des statues volées seront restituées au Bénin par le musée."),
    (19, "ru", "Мэр обещала посадить десять тысяч деревьев до конца своего срока."),
    (21, "kk", "Ресейден табиғи газ импорты 2027 жылы тоқтатылады."),
    (22, "fr", "La décision du tribunal sur la fusion est attendue au printemps."),
    (23, "ru", "Страна вывезла рекордное количество пшеницы."),
    (24, "kk", "Жаңа заң жағажайлар мен саябақтарда темекі шегуге тыйым салады."),
    (26, "fr", "Un retraité sur trois vit sous le seuil de pauvreté."),
    (28, "ru", "Министр отрицал, что брал деньги у компании."),
    (29, "kk", "Порттағы ереуіл алты аптадан кейін аяқталды."),
    (30, "fr", "La centrale nucléaire doit être arrêtée d'ici 2035."),
    (33, "ru", "Кинофестиваль пройдёт без зрителей."),
    (34, "kk", "Таулардағы қасқырлар саны үш есе өсті."),
    (42, "fr", "L'eau potable du village est trop chargée en arsenic."),
    (43, "ru", "Парламент отклонил бюджет с перевесом в один голос."),
    (46, "kk", "Демалыс күндері метро түні бойы жүреді."),
    (49, "fr", "Deux minutes après le décollage, la fusée a connu une défaillance."),
    (54, "ru", "Автопроизводитель отзывает двести тысяч машин из-за неисправных тормозов."),
    (56, "kk", "Журналист түрмеде бір жыл отырғаннан кейін босатылды."),
    (61, "fr", "Le nouvel aéroport n'ouvrira pas cette année."),
    (63, "ru", "Мирные переговоры возобновятся в сентябре в Стамбуле."),
    (70, "kk", "Президент маусым айында Астанаға барады."),
    (70, "fr", "Le président se rendra à Astana en juin."),
    (70, "ru", "В июне президент посетит Астану."),
    (84, "kk", "2040 жылға қарай көл кеуіп қалады."),
    (88, "fr", "Le convoi humanitaire n'a pas atteint la ville assiégée."),
    (93, "ru", "Число авиапассажиров превысило уровень 2019 года."),
    (96, "kk", "Шетелдегі сайлаушылар интернет арқылы дауыс бере алады."),
    (98, "fr", "L'usine de puces électroniques créera 3 000 emplois."),
]
"""The place of a claim, the language, and what says the same in it."""
