"""What the sentences of the generated archive are put together from, in three languages and two scripts.

Each language has parts that go together in any combination: `OPENING, who does what HOW.`
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Language:
    """The parts of sentences, and the words around questions, answers, tables and quotations."""

    openings: tuple[str, ...]
    actors: tuple[str, ...]
    actions: tuple[str, ...]
    matters: tuple[str, ...]
    manners: tuple[str, ...]
    question: str
    answer: str
    columns: tuple[str, str, str]
    quotes: tuple[str, str]


def _parts(text: str) -> tuple[str, ...]:
    return tuple(" ".join(part.split()) for part in text.split("/"))


ENGLISH = Language(
    openings=_parts("""
        on the first day / according to the agenda / after the opening session / at the proposal of the host city /
        as in previous years / in the second half of the year / following the spring consultations / by common
        consent / in accordance with the charter / for the first time / with a view to the coming season / at the
        request of the participants / during the working lunch / in the course of the meeting / before the end of
        the quarter / on the margins of the forum / in reply to several letters / as was announced in March / for
        technical reasons / upon the recommendation of the experts / at the regular briefing / within the framework
        of the programme
        """),
    actors=_parts("""
        the committee / the secretariat / the standing council / the working group on roads and bridges / the
        delegation / the department of public works / the board of the library / the joint commission / the assembly
        / the chair of the session / the statistics office / the coordination centre / the archive service / the
        host city / the drafting group / the panel of independent experts / the press office / the regional branch /
        the advisory board on water and forests / the round table of universities / the observer mission / the
        department of international cooperation
        """),
    actions=_parts("""
        considers / approves / publishes / discusses in detail / notes with satisfaction / takes note of / postpones
        / presents / welcomes / reviews / supports / refers back / signs / confirms / puts to the vote / prepares /
        extends / summarises / adopts without a vote / submits for comment / examines / explains / coordinates
        """),
    matters=_parts("""
        the draft budget for the coming year / a report on the state of the river crossings / the plan of joint
        exercises / an agreement on the exchange of archives / the timetable of the summer courses / the results of
        the field mission / a proposal for shorter procedures / the list of protected monuments / new rules for
        public procurement / the recommendations of the previous session / a programme for young researchers / the
        annual survey of schools and hospitals / measures against the effects of drought / the statute of the
        documentation centre / a memorandum on railway safety / the calendar of commemorations / an information note
        on energy prices / the mandate of the observers / questions of mutual recognition / the exhibition on forty
        years of cooperation / a common glossary
        """),
    manners=_parts("""
        at its regular session / within the agreed term / together with the partner institutions / by a large
        majority / in the presence of observers / without further debate / on the basis of published data / in three
        languages / until the end of the year / at no additional cost / after a long discussion / in both reading
        rooms / under the existing agreement / with two reservations / in the interest of all participants / as part
        of the third stage / and asks for a written reply / and thanks the organisers / and sets a date for the next
        meeting / and invites comments from the public / according to the procedure of the year before
        """),
    question="Question:",
    answer="Answer:",
    columns=("Subject", "Year", "Number"),
    quotes=("“", "”"),
)

FRENCH = Language(
    openings=_parts("""
        dès le premier jour / conformément à l’ordre du jour / après la séance d’ouverture / comme les années
        précédentes / à la demande des participants / pour la première fois / au cours de la réunion / avant la fin
        du trimestre / en marge du forum / sur la recommandation des experts / dans le cadre du programme / à
        l’issue des débats
        """),
    actors=_parts("""
        le comité / le secrétariat / le conseil permanent / la délégation / la commission mixte / le bureau des
        statistiques / l’assemblée / le service des archives / la ville hôte / le groupe de rédaction / le centre de
        coordination
        """),
    actions=_parts("""
        examine / approuve / publie / présente / soutient / reporte / salue / confirme / prépare / met aux voix /
        résume
        """),
    matters=_parts("""
        le projet de budget pour l’année à venir / un rapport sur l’état des ponts / le calendrier des cours d’été /
        un accord sur l’échange d’archives / les résultats de la mission / la liste des monuments protégés / de
        nouvelles règles pour les marchés publics / un programme destiné aux jeunes chercheurs / les mesures contre
        la sécheresse / une note d’information sur les prix de l’énergie / le mandat des observateurs
        """),
    manners=_parts("""
        lors de sa session ordinaire / dans les délais convenus / à une large majorité / sans débat / en trois
        langues / avec les institutions partenaires / jusqu’à la fin de l’année / sur la base de données publiées /
        avec deux réserves / et remercie les organisateurs / et fixe la date de la prochaine réunion
        """),
    question="Question :",
    answer="Réponse :",
    columns=("Objet", "Année", "Nombre"),
    quotes=("« ", " »"),
)

RUSSIAN = Language(
    openings=_parts("""
        в первый день / согласно повестке / после открытия сессии / как и в прежние годы / по просьбе участников /
        впервые / в ходе встречи / до конца квартала / на полях форума / по рекомендации экспертов / в рамках
        программы / в соответствии с уставом / по итогам весенних консультаций / во второй половине года / по общему
        согласию
        """),
    actors=_parts("""
        комитет / секретариат / постоянный совет / рабочая группа по дорогам и мостам / делегация / совместная
        комиссия / ассамблея / бюро статистики / архивная служба / принимающий город / редакционная группа /
        координационный центр / совет библиотеки / группа независимых экспертов / пресс-служба / миссия наблюдателей
        """),
    actions=_parts("""
        рассматривает / утверждает / публикует / подробно обсуждает / представляет / поддерживает / откладывает /
        приветствует / подтверждает / готовит / выносит на голосование / изучает / согласует / направляет на
        доработку
        """),
    matters=_parts("""
        проект бюджета на будущий год / доклад о состоянии переправ / план совместных учений / соглашение об обмене
        архивами / расписание летних курсов / итоги выездной миссии / список охраняемых памятников / новые правила
        закупок / программу для молодых исследователей / меры против последствий засухи / календарь памятных дат /
        общий словарь терминов / справку о ценах на энергию / мандат наблюдателей / вопросы взаимного признания
        документов
        """),
    manners=_parts("""
        на очередном заседании / в согласованный срок / вместе с партнёрскими учреждениями / подавляющим
        большинством / в присутствии наблюдателей / без дальнейших прений / на основе опубликованных данных / на
        трёх языках / до конца года / после долгого обсуждения / с двумя оговорками / в интересах всех участников /
        и благодарит организаторов / и назначает дату следующей встречи / и приглашает высказать замечания
        """),
    question="Вопрос:",
    answer="Ответ:",
    columns=("Предмет", "Год", "Число"),
    quotes=("«", "»"),
)

SLUG_WORDS = _parts("""
        council / budget / archive / bridge / river / port / railway / museum / library / census / forum /
        delegation / summit / agreement / dialogue / reform / statute / memorial / exhibition / mission / mandate /
        charter / election / hospital / harvest / climate / energy / school / forest / customs / session / report
        """)

TAGS = _parts("""
        agriculture / archives / budget / census / climate / courts / culture / customs / defence / disability /
        economy / education / elections / energy / environment / exercises / families / finance / fisheries / food
        security / forests / health / heritage / housing / innovation / justice / labour / languages / law /
        libraries / media / memory / migration / monuments / museums / oceans / parliament / pensions / ports /
        privacy / procurement / public works / railways / research / rivers / roads / rural areas / schools /
        science / security / sport / statistics / taxes / tourism / trade / training / transport / universities /
        water / youth
        """)
