"""spaCy pipelines, token classifiers and Python functions as systems, on models that the tests make themselves."""

from __future__ import annotations

import json
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from tiny import corpus, document

from dateline.corpus import GoldDocument
from dateline.errors import DatelineError
from dateline.runs import Outcome, run
from dateline.systems import huggingface, opened

TEXT = "Fighting in Bangui \U0001f600 spread.\nBria was calm."


def asked(name: str, *documents: GoldDocument) -> Outcome:
    return run(name, corpus(*(documents or [document(TEXT)])))


def marked(outcome: Outcome, text: str = TEXT) -> list[tuple[str, str]]:
    """The words that the entities of the only document stand for, and their types; each must bear its text."""
    (line,) = outcome.lines()
    assert all(text[entity["start"] : entity["end"]] == entity["text"] for entity in line["entities"])
    return [(entity["text"], entity["type"]) for entity in line["entities"]]


# spaCy


@pytest.fixture
def pipeline(tmp_path: Path) -> Any:
    """A blank pipeline, and what saves it and gives its name."""
    spacy = pytest.importorskip("spacy")
    blank = spacy.blank("en")

    def name(*pipes: str) -> str:
        for pipe in pipes:
            made = blank.add_pipe(pipe)
            if pipe == "entity_ruler":
                made.add_patterns([{"label": "GPE", "pattern": "Bangui"}, {"label": "GPE", "pattern": "Bria"}])
        blank.to_disk(tmp_path / "model")
        return f"spacy:{tmp_path / 'model'}"

    return name


def test_entities_of_a_pipeline_keep_its_labels(pipeline: Any) -> None:
    assert marked(asked(pipeline("entity_ruler"))) == [("Bangui", "GPE"), ("Bria", "GPE")]


def test_sentences_of_a_pipeline_are_segments_without_space_around_them(pipeline: Any) -> None:
    (line,) = asked(pipeline("sentencizer")).lines()
    assert [TEXT[part["start"] : part["end"]] for part in line["segments"]] == [*TEXT.split("\n")]
    assert "entities" not in line


def test_a_pipeline_that_finds_no_entity_says_that_there_is_none(pipeline: Any) -> None:
    outcome = asked(pipeline("sentencizer", "entity_ruler"), document("Nobody came."))
    assert marked(outcome, "Nobody came.") == []


def test_a_pipeline_of_neither_is_told_as_a_failure(pipeline: Any) -> None:
    assert asked(pipeline()).failed == {"d1": "the pipeline sets neither entities nor sentences"}


def test_a_pipeline_that_is_not_there_is_refused() -> None:
    pytest.importorskip("spacy")
    with pytest.raises(DatelineError, match=r"spacy:no_such_model cannot be loaded: \[E050\]"):
        asked("spacy:no_such_model")


# Hugging Face transformers

LABELS = ["O", "B-LOC", "I-LOC"]
WORDS = ["fighting", "in", "ban", "##gui", "spread", ".", "bria", "was", "calm", "le", "##ban", "##on", "\U0001f600"]


class _Classifier:
    """A stand-in for transformers' pipeline: a word in capitals is a LOC; notes what it was given."""

    class _Tokenizer:
        is_fast = True
        model_max_length = 10**30

        def num_special_tokens_to_add(self) -> int:
            return 2

    def __init__(self) -> None:
        self.tokenizer = self._Tokenizer()
        self.model = type("Model", (), {"config": type("Config", (), {"max_position_embeddings": 1024})})
        self.given: list[str] = []
        self.stride = 0

    def __call__(self, texts: list[str], stride: int) -> list[list[dict[str, Any]]]:
        self.given, self.stride = texts, stride
        return [
            [{"entity_group": "LOC", "start": max(text.find(word) - 1, 0), "end": text.find(word) + len(word)}]
            for text in texts
            for word in text.split()
            if word in ("Bangui", "Bria")
        ]


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> _Classifier:
    made = _Classifier()
    transformers = type(sys)("transformers")
    transformers.pipeline = lambda task, **options: made  # type: ignore[attr-defined]  # a module made here
    monkeypatch.setitem(sys.modules, "transformers", transformers)
    monkeypatch.setattr("dateline.systems.find_spec", lambda package: True)
    return made


def test_a_token_classifier_is_asked_segment_by_segment(stand_in: _Classifier) -> None:
    assert marked(asked("hf:x")) == [("Bangui", "LOC"), ("Bria", "LOC")]
    assert stand_in.given == TEXT.split("\n")


def test_a_document_without_segments_is_one_piece(stand_in: _Classifier) -> None:
    asked("hf:x", document("In Bria", segments=()))
    assert stand_in.given == ["In Bria"]


def test_a_model_that_does_not_say_how_long_a_text_may_be_is_given_512_tokens(stand_in: _Classifier) -> None:
    asked("hf:x")
    assert (stand_in.tokenizer.model_max_length, stand_in.stride) == (huggingface.LONGEST, 127)


def test_a_tokenizer_without_offsets_is_refused(stand_in: _Classifier, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stand_in.tokenizer, "is_fast", False, raising=False)
    with pytest.raises(DatelineError, match="hf:x has a tokenizer without offsets"):
        asked("hf:x")


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny model with random weights, save that the label of a token is a function of the token alone."""
    if not (find_spec("torch") and find_spec("transformers")):
        pytest.skip("needs the extra hf")
    import torch
    from transformers import BertConfig, BertForTokenClassification, BertTokenizerFast

    folder = tmp_path_factory.mktemp("model")
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS]
    (folder / "vocab.txt").write_text("\n".join(vocabulary), encoding="utf-8")
    BertTokenizerFast(vocab=str(folder / "vocab.txt"), model_max_length=16).save_pretrained(folder)
    config = BertConfig(
        vocab_size=len(vocabulary), hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16,
        max_position_embeddings=16, id2label=dict(enumerate(LABELS)),
        label2id={label: index for index, label in enumerate(LABELS)},
    )  # fmt: skip
    torch.manual_seed(0)
    made = BertForTokenClassification(config)
    with torch.no_grad():  # each token is a direction of its own, and no token looks at another
        for name, values in made.named_parameters():
            values.mul_(0.0 if "LayerNorm" not in name else 1.0)
        made.bert.embeddings.word_embeddings.weight.copy_(torch.eye(len(vocabulary), 32))
        for index, word in enumerate(vocabulary):
            label = 1 if word in ("ban", "bria", "le") else 2 if word.startswith("##") else 0
            made.classifier.weight[label, index] = 1.0
    made.save_pretrained(folder)
    return folder


def test_a_real_model_marks_whole_words_with_its_labels(model: Path) -> None:
    assert marked(asked(f"hf:{model}")) == [("Bangui", "LOC"), ("Bria", "LOC")]


def test_a_segment_longer_than_the_model_takes_is_read_to_its_end(model: Path) -> None:
    text = "Fighting in " * 30 + "Bangui spread . " + "was calm " * 40 + "Lebanon"
    assert marked(asked(f"hf:{model}", document(text)), text) == [("Bangui", "LOC"), ("Lebanon", "LOC")]


def test_a_model_that_is_not_there_is_refused(tmp_path: Path) -> None:
    if not find_spec("transformers"):
        pytest.skip("needs the extra hf")
    with pytest.raises(DatelineError, match=r"hf:.*/none cannot be loaded: "):
        asked(f"hf:{tmp_path}/none")


# Python functions

MODULE = """
from dateline.answers import AnswerError
from dateline.model import Mention, Prediction

def struct(task):
    return Prediction(doc_id=task.doc_id, entities=(Mention(start=0, end=8, type="event"),))

def dictionary(task):
    return {"entities": [{"start": task.segments[1].start, "end": task.segments[1].start + 4, "type": "GPE"}]}

def another(task):
    return Prediction(doc_id="d9")

def nothing(task):
    pass

def crash(task):
    return task.nothing

def leave(task):
    raise SystemExit("enough")

def refuse(task):
    raise AnswerError("the answer is cut off")

number = 7

class Holder:
    @staticmethod
    def inside(task):
        return {"figures": []}
"""


@pytest.fixture(autouse=True)
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A module in the folder that dateline is run in."""
    (tmp_path / "their_extractor.py").write_text(MODULE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.delitem(sys.modules, "their_extractor", raising=False)


def test_a_function_may_return_a_prediction() -> None:
    found = json.loads(bytes(asked("python:their_extractor:struct").entries[0].line))
    assert found == {
        "doc_id": "d1",
        "system": "python:their_extractor:struct",
        "entities": [{"start": 0, "end": 8, "type": "event"}],
    }


def test_a_function_may_return_a_dictionary_with_labels_of_its_own() -> None:
    (line,) = asked("python:their_extractor:dictionary").lines()
    start = TEXT.index("Bria")
    assert line["entities"] == [{"start": start, "end": start + 4, "type": "GPE"}]


def test_a_function_may_be_inside_a_class() -> None:
    assert asked("python:their_extractor:Holder.inside").lines()[0]["figures"] == []


@pytest.mark.parametrize(
    ("function", "reason"),
    [
        ("another", 'the answer is for "d9"; expected the document "d1"'),
        ("nothing", "the answer is a NoneType; expected an object with the layers"),
        ("crash", "AttributeError: 'Task' object has no attribute 'nothing'"),
        ("leave", "SystemExit: enough"),
        ("refuse", "AnswerError: the answer is cut off"),
    ],
)
def test_a_function_that_gives_nothing_fails_the_document(function: str, reason: str) -> None:
    assert asked(f"python:their_extractor:{function}").failed == {"d1": reason}


@pytest.mark.parametrize(
    ("argument", "message"),
    [
        ("their_extractor", "python:their_extractor is no module and function; expected python:MODULE:FUNCTION"),
        ("their_extractor:", "is no module and function"),
        ("no_such_module:f", "cannot be imported: ModuleNotFoundError: No module named 'no_such_module'"),
        ("their_extractor:none", "cannot be imported: AttributeError: module 'their_extractor' has no attribute"),
        ("their_extractor:number", "python:their_extractor:number is a int; expected a function"),
    ],
)
def test_what_is_no_function_is_refused(argument: str, message: str) -> None:
    with pytest.raises(DatelineError, match=message), opened(f"python:{argument}"):
        pass


def test_a_module_that_exits_when_it_is_imported_is_refused(tmp_path: Path) -> None:
    (tmp_path / "their_script.py").write_text("import sys\nsys.exit(3)\n", encoding="utf-8")
    with pytest.raises(DatelineError, match="cannot be imported: SystemExit: 3"), opened("python:their_script:f"):
        pass
