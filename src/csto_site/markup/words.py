"""The few words that markup itself reads or writes, by language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Words(NamedTuple):
    """Labels that open a question and an answer, and the name of the way back from a footnote."""

    question: tuple[str, ...]
    answer: tuple[str, ...]
    back: str = "Back to the text"


WORDS: Mapping[str, Words] = {
    "en": Words(("Question", "Q"), ("Answer", "A")),
    "ru": Words(("Вопрос", "В"), ("Ответ", "О"), "Вернуться к тексту"),
    "be": Words(("Пытанне",), ("Адказ",), "Вярнуцца да тэксту"),
    "uk": Words(("Питання", "Запитання"), ("Відповідь",), "Повернутися до тексту"),
    "hy": Words(("Հարց",), ("Պատասխան",), "Վերադառնալ տեքստին"),
    "kk": Words(("Сұрақ",), ("Жауап",), "Мәтінге оралу"),
    "ky": Words(("Суроо",), ("Жооп",), "Текстке кайтуу"),
    "tg": Words(("Савол",), ("Ҷавоб",), "Бозгашт ба матн"),
    "de": Words(("Frage",), ("Antwort",), "Zurück zum Text"),
    "fr": Words(("Question",), ("Réponse",), "Retour au texte"),
    "es": Words(("Pregunta",), ("Respuesta",), "Volver al texto"),
    "it": Words(("Domanda",), ("Risposta",), "Torna al testo"),
    "pt": Words(("Pergunta",), ("Resposta",), "Voltar ao texto"),
    "pl": Words(("Pytanie",), ("Odpowiedź",), "Wróć do tekstu"),
    "tr": Words(("Soru",), ("Cevap", "Yanıt"), "Metne dön"),
    "ar": Words(("سؤال", "السؤال"), ("جواب", "الجواب"), "العودة إلى النص"),
    "zh": Words(("问",), ("答",), "返回正文"),
}


def words(language: str) -> Words:
    """Give a language's words, English where it has none; a region (`pt-BR`) does not matter."""
    return WORDS.get(language.partition("-")[0].lower(), WORDS["en"])
