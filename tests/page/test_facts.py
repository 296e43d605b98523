from pipeline.page.facts import Fact, facts, knn_charts, reading, unanswered

KNN = {
    "embedding": {"singer": {"k01": 0.7, "k03": 0.6}},
    "baseline": {"singer": {"k01": 0.225, "k03": 0.3}},
    "mfcc_means": {"singer": {"k01": 0.5, "k03": 0.4}},
    "chance": {"singer": {"k01": 0.04, "k03": 0.05}},
    "performances": 80,
}


def test_facts_are_told_in_words_and_none_is_lost() -> None:
    told = facts({"new_measure": 3, "attention": True, "parameters": 5321361, "test_loss": 0.0860361})
    assert [(fact.name, fact.value) for fact in told] == [
        ("Attention", "yes"),
        ("Loss on unseen singers", "0.08604"),
        ("Parameters", "5\u202f321\u202f361"),
        ("new measure", "3"),
    ]
    assert told[-1] == Fact("new measure", "3", "")


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
