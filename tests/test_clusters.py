"""The coreference metrics against worked examples of their papers and against their definitions, spelt out."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from itertools import chain, combinations, permutations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.clusters import METRICS, Sums, mentions, repeated, table

Clusters = list[list[int]]
Pairs = set[frozenset[int]]

# The example of Pradhan et al. 2014, Luo et al. 2014 and Moosavi and Strube 2016; h and i are twinless, e is missed.
KEY = ["abc", "defg"]
RESPONSE = ["ab", "cd", "fghi"]


@pytest.mark.parametrize(
    ("metric", "expected"),
    [
        ("muc", (2, 5, 2, 5)),
        ("b_cubed", (4 / 3 + 1 / 3 + 1 / 4 + 4 / 4, 7, 4 / 2 + 1 / 2 + 1 / 2 + 4 / 4, 8)),
        ("ceaf_e", (4 / 5 + 4 / 8, 2, 4 / 5 + 4 / 8, 3)),
        ("ceaf_m", (4, 7, 4, 8)),
        ("lea", (3 * 1 / 3 + 4 * 1 / 6, 7, 2 * 1 / 1 + 4 * 1 / 6, 8)),
        ("links", (2, 9, 2, 8)),
        ("nonlinks", (8, 12, 8, 20)),
    ],
)
def test_the_example_of_the_papers_gives_their_sums(metric: str, expected: tuple[float, ...]) -> None:
    assert METRICS[metric](table(KEY, RESPONSE)) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("key", "response", "expected"),
    [
        (["a"], ["a"], (1, 1, 1, 1)),
        (["a"], ["ab"], (0, 1, 0, 2)),
        (["a"], ["b"], (0, 1, 0, 1)),
        (["ab"], ["a", "b"], (0, 2, 0, 2)),
    ],
)
def test_lea_resolves_a_singleton_by_the_same_singleton_only(
    key: list[str], response: list[str], expected: tuple[float, ...]
) -> None:
    assert METRICS["lea"](table(key, response)) == expected


@pytest.mark.parametrize("metric", METRICS)
def test_two_empty_sides_add_nothing(metric: str) -> None:
    assert METRICS[metric](table([], [])) == (0, 0, 0, 0)


@pytest.mark.parametrize("metric", METRICS)
def test_an_empty_response_finds_nothing_of_the_key(metric: str) -> None:
    recalled, key, *precision = METRICS[metric](table(KEY, []))
    assert recalled == 0 < key and precision == [0, 0]


def test_clusters_without_mentions_count_for_nothing() -> None:
    assert table(["", *KEY], [*RESPONSE, ""]) == table(KEY, RESPONSE)


def test_repeated_mentions_are_found_across_and_within_clusters() -> None:
    assert repeated(["abc", "dbd", "b"]) == ["b", "d"]
    assert repeated(KEY) == []


def grouped(labels: Iterable[int | None]) -> Clusters:
    """Mentions 0, 1, ... by their label; None is no mention."""
    found: dict[int, list[int]] = {}
    for mention, label in enumerate(labels):
        if label is not None:
            found.setdefault(label, []).append(mention)
    return list(found.values())


clusterings = st.lists(st.none() | st.integers(0, 4), max_size=12).map(grouped)
nonempty = clusterings.filter(bool)


def same_pairs(clusters: Clusters) -> Pairs:
    return {frozenset(pair) for cluster in clusters for pair in combinations(cluster, 2)}


def other_pairs(clusters: Clusters) -> Pairs:
    return {frozenset(pair) for pair in combinations(chain(*clusters), 2)} - same_pairs(clusters)


def shared(one: list[int], other: list[int]) -> int:
    return len({*one} & {*other})


def best(key: Clusters, response: Clusters, alike: Callable[[list[int], list[int]], float]) -> float:
    """The largest total of any one-to-one assignment, all of them tried."""
    few, many = sorted([key, response], key=len)
    return max(sum(map(alike, few, order)) for order in permutations(many, len(few)))


def muc_recall(key: Clusters, response: Clusters) -> float:
    """sum(|k| - |parts of k|), unaligned mentions each a part."""
    place = {mention: index for index, cluster in enumerate(response) for mention in cluster}
    return sum(len(cluster) - len({place.get(mention, -1 - mention) for mention in cluster}) for cluster in key)


def b_cubed_recall(key: Clusters, response: Clusters) -> float:
    return sum(shared(k, r) ** 2 / len(k) for k in key for r in response)


def lea_recall(key: Clusters, response: Clusters) -> float:
    return sum(len(k) * resolution(k, response) for k in key)


def resolution(cluster: list[int], response: Clusters) -> float:
    pairs = same_pairs([cluster])
    return len(pairs & same_pairs(response)) / len(pairs) if pairs else float(cluster in response)


@pytest.mark.parametrize(("metric", "recall"), [("muc", muc_recall), ("b_cubed", b_cubed_recall), ("lea", lea_recall)])
@given(key=clusterings, response=clusterings)
def test_numerators_are_those_of_the_definition(
    metric: str, recall: Callable[[Clusters, Clusters], float], key: Clusters, response: Clusters
) -> None:
    found = METRICS[metric](table(key, response))
    assert (found.recalled, found.precise) == pytest.approx((recall(key, response), recall(response, key)))


@given(clusterings, clusterings)
def test_ceaf_is_the_best_of_all_assignments(key: Clusters, response: Clusters) -> None:
    found = table(key, response)
    assert METRICS["ceaf_m"](found).recalled == best(key, response, shared)
    alike = best(key, response, lambda k, r: 2 * shared(k, r) / (len(k) + len(r)))
    assert METRICS["ceaf_e"](found).recalled == pytest.approx(alike)


@pytest.mark.parametrize(("metric", "pairs"), [("links", same_pairs), ("nonlinks", other_pairs)])
@given(key=clusterings, response=clusterings)
def test_links_are_counted_as_if_listed(
    metric: str, pairs: Callable[[Clusters], Pairs], key: Clusters, response: Clusters
) -> None:
    both = len(pairs(key) & pairs(response))
    assert METRICS[metric](table(key, response)) == (both, len(pairs(key)), both, len(pairs(response)))


@given(clusterings, clusterings)
def test_mentions_are_counted_whatever_their_clusters(key: Clusters, response: Clusters) -> None:
    known, found = {*chain(*key)}, {*chain(*response)}
    assert mentions(table(key, response)) == (len(known & found), len(known), len(known & found), len(found))


@pytest.mark.parametrize("metric", METRICS)
@given(key=nonempty)
def test_the_key_against_itself_is_right_to_the_last_digit(metric: str, key: Clusters) -> None:
    recalled, all_key, precise, all_response = METRICS[metric](table(key, key))
    assert recalled == all_key == precise == all_response


@pytest.mark.parametrize("metric", METRICS)
@given(key=clusterings, response=clusterings)
def test_turning_key_and_response_swaps_recall_and_precision(metric: str, key: Clusters, response: Clusters) -> None:
    recalled, all_key, precise, all_response = METRICS[metric](table(key, response))
    turned = METRICS[metric](table(response, key))
    assert turned == pytest.approx(Sums(precise, all_response, recalled, all_key))


@pytest.mark.parametrize("metric", METRICS)
@given(key=clusterings, response=clusterings, seed=st.integers(0, 99))
def test_neither_order_nor_names_of_mentions_matter(metric: str, key: Clusters, response: Clusters, seed: int) -> None:
    chance = Random(seed)
    names: dict[int, Hashable] = {mention: chance.random() for mention in range(12)}

    def shuffled(clusters: Clusters) -> list[list[Hashable]]:
        renamed = [[names[mention] for mention in chance.sample(one, len(one))] for one in clusters]
        return chance.sample(renamed, len(renamed))

    assert METRICS[metric](table(shuffled(key), shuffled(response))) == pytest.approx(
        METRICS[metric](table(key, response))
    )


def test_ceaf_of_ten_thousand_entangled_clusters_needs_no_matrix_of_all_pairs() -> None:
    size = 20_000
    key = [[number, number + 1] for number in range(0, size, 2)]
    response = [[number - 1, number] for number in range(0, size, 2)]
    assert METRICS["ceaf_m"](table(key, response)).recalled == size / 2
