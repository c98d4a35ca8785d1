"""Rules on the premises."""

from itertools import combinations

from schemas.document import Document, DocumentKind
from schemas.finding import Finding
from validators.case import Case, Value, is_among, value_of
from validators.comparing import Likeness, compare_addresses
from validators.finding import Clause, Whole
from validators.rules import rule

# Of more square metres a decimal point was missed more often than they are rented.
MOST = 100_000


@rule("premises.area_too_small", square_metres=float)
def area_too_small(case: Case, clause: Clause) -> list[Finding]:
    """Check the floor area of what is rented (by the leases) and owned (by the applicant's deeds).

    What it does: fails where all of it together is under `square_metres`; review where the area of a lease or deed was
    not read or is beyond belief, where only several of them together are enough and they may be for the same rooms, or
    where lease and lessor's deed lie on the two sides of the threshold.
    Why: the notice wants room enough.
    Example: a lease of 800 ㎡, 1000 are asked.
    Needs: `square_metres`.
    """
    need = clause.number("square_metres")
    leases = case.documents(DocumentKind.LEASE_CONTRACT)
    deeds = case.documents(DocumentKind.PROPERTY_CERTIFICATE)
    own = case.own_deeds if leases else deeds
    premises = [*leases, *own]
    areas = [area for one in premises if (area := _area(one)) is not None]
    expected = f"≥ {need:g} ㎡"
    if not areas:
        return clause.review("未能读出场地面积", [Whole(one) for one in premises or deeds], expected=expected)
    lent = [area for deed in deeds if not is_among(deed, own) and (area := _area(deed)) is not None]
    # Where the lessor's deed has the same area, that stands on the surer of the two.
    areas = [max([area, *(one for one in lent if _size(one) == _size(area))], key=_confidence) for area in areas]
    listed = " + ".join(f"{_title(area)} {area.number:g} ㎡" for area in areas)
    more = {"expected": expected, "actual": listed}
    largest, total = max(_size(area) for area in areas), _total(areas)
    if largest > MOST:
        return clause.review(f"{listed}，过大，可能识别有误", areas, **more)
    if lent and (_total(lent) < need) != (total < need):
        message = f"{listed}，出租方产权证明 {_total(lent):g} ㎡，要求 {need:g} ㎡以上，请人工核对"
        return clause.review(message, [*areas, *lent], **more)
    if largest >= need:
        best = max((area for area in areas if _size(area) >= need), key=_confidence)
        return clause.passes(f"{_title(best)}面积 {best.number:g} ㎡，不小于 {need:g} ㎡", [best], **more)
    if total >= need:
        if _are_apart(areas):
            return clause.passes(f"{listed}，合计 {total:g} ㎡，不小于 {need:g} ㎡", areas, **more)
        message = f"{listed}，合计 {total:g} ㎡；不能确定是不同的场地，请人工核对"
        return clause.review(message, areas, **more)
    if len(areas) < len(premises):
        return clause.review(f"{listed}，小于 {need:g} ㎡；另有合同或产权证明的面积未能读出", areas, **more)
    return clause.fails(f"场地面积 {listed}，小于要求的 {need:g} ㎡", areas, **more)


def _area(document: Document) -> Value | None:
    value = value_of(document, "floor_area")
    return value if value is not None and value.number is not None and value.number > 0 else None


def _size(area: Value) -> float:
    return area.number or 0.0


def _confidence(area: Value) -> float:
    return area.confidence


def _title(area: Value) -> str:
    return "租赁合同" if area.document.kind is DocumentKind.LEASE_CONTRACT else "产权证明"


def _total(areas: list[Value]) -> float:
    """Return the sum of the areas; what is the same size at the same address is one document copied."""
    distinct: dict[tuple[float, str], float] = {}
    for area in areas:
        address = value_of(area.document, "address")
        distinct[_size(area), address.text if address is not None else ""] = _size(area)
    return round(sum(distinct.values()), 2)


def _are_apart(areas: list[Value]) -> bool:
    """Say whether all documents are plainly for different places."""
    addresses = [value_of(area.document, "address") for area in areas]
    return all(
        one is not None and other is not None and compare_addresses(one.text, other.text).likeness is Likeness.DIFFERENT
        for one, other in combinations(addresses, 2)
    )
