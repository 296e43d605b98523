import pytest

from pipeline.page.facts import Fact, facts, knn_charts, reading, unanswered

KNN = {
    "embedding": {"singer": {"k01": 0.7, "k03": 0.6}},
    "baseline": {"singer": {"k01": 0.225, "k03": 0.3}},
    "mfcc_means": {"singer": {"k01": 0.5, "k03": 0.4}},
    "chance": {"singer": {"k01": 0.04, "k03": 0.05}},
    "performances": 80,
}


def test_facts_are_told_in_words_and_none_is_lost() -> None:
    known = {"validation_measure": "contrastive loss", "parameters": 5321361, "test_loss": 0.0860361}
    told = facts({"new_measure": 3, "attention": "loudness"} | known)
    assert [(fact.name, fact.value) for fact in told] == [
        ("Attention", "loudness"),
        ("Contrastive loss on unseen singers", "0.08604"),
        ("Validated by", "contrastive loss"),
        ("Parameters", "5\u202f321\u202f361"),
        ("new measure", "3"),
    ]
    assert told[-1] == Fact("new measure", "3", "")


@pytest.mark.parametrize("measure", ["contrastive loss", "equal error rate"])
def test_a_figure_stands_beside_that_of_a_constant_embedding_by_the_same_measure(measure: str) -> None:
    tested = {"test_loss": 0.1, "test_constant_loss": 0.25}
    validated = {"validation_measure": measure, "validation_loss": 0.2, "constant_loss": 0.5, "kept_epoch": 7}
    told = {fact.name: fact.value for fact in facts(tested | validated)}
    assert told == {
        "Contrastive loss on unseen singers": "0.1",
        "That loss of a constant embedding": "0.25",
        "Validated by": measure,
        f"{measure.capitalize()} in validation": "0.2",
        f"{measure.capitalize()} of a constant embedding": "0.5",
        "Epoch kept": "7",
    }


def test_charts_carry_the_intervals_that_are_there() -> None:
    (chart,) = knn_charts(KNN, {"embedding": {"singer": {"k03": (0.5, 0.7)}}})
    assert (chart["task"], chart["ks"], chart["chance"]) == ("singer", [1, 3], [0.04, 0.05])
    assert chart["embedding"] == {"accuracy": [0.7, 0.6], "interval": [None, (0.5, 0.7)]}
    assert chart["baseline"] == {"accuracy": [0.225, 0.3], "interval": [None, None]}


def test_sentences_say_what_was_found_and_what_cannot_be() -> None:
    assert reading(KNN) == [
        "The nearest performance is by the same singer in 70% of cases in the embedding, 23% in the "
        "handcrafted baseline, 50% in a plain mean of MFCC, which learned nothing, and 4% by chance."
    ]
    assert [note.split("”")[0] for note in unanswered(KNN)] == ["“Same singer, through another song?", "“Same song?"]
