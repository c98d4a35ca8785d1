"""Rules on the premises."""

from schemas.document import DocumentKind
from schemas.finding import Finding
from validators.case import Case, Value
from validators.finding import Clause
from validators.rules import rule


@rule("premises.area_too_small")
def area_too_small(case: Case, clause: Clause) -> list[Finding]:
    """Check the floor area, by the lease where the premises are rented, by the deed where they are owned.

    What it does: fails where what is rented (or owned) is under `square_metres`; review where lease and deed lie on
    the two sides of it. Several leases or deeds of different places add up.
    Why: the notice wants room enough.
    Needs: `square_metres`.
    """
    need = clause.number("square_metres")
    leased = _areas(case, DocumentKind.LEASE_CONTRACT)
    owned = _areas(case, DocumentKind.PROPERTY_CERTIFICATE)
    is_rented = bool(case.documents(DocumentKind.LEASE_CONTRACT))
    telling = leased if is_rented else owned
    if not telling:
        return clause.review("未能读出场地面积", owned, expected=f"≥ {need:g} ㎡")
    area = _sum(telling)
    other = _sum(owned) if is_rented and owned else None
    expected, actual = f"≥ {need:g} ㎡", f"{area:g} ㎡"
    source = "租赁合同" if is_rented else "产权证明"
    if other is not None and (other < need) != (area < need):
        message = f"面积：租赁合同 {area:g} ㎡，产权证明 {other:g} ㎡，要求 {need:g} ㎡以上"
        return clause.review(message, [*leased, *owned], expected=expected, actual=actual)
    if area >= need:
        return clause.passes(f"{source}面积 {area:g} ㎡，不小于 {need:g} ㎡", telling, expected=expected, actual=actual)
    return clause.fails(f"{source}面积 {area:g} ㎡，小于要求的 {need:g} ㎡", telling, expected=expected, actual=actual)


def _areas(case: Case, kind: DocumentKind) -> list[Value]:
    """Return the floor areas of a kind's documents; copies of one document count once."""
    seen: set[tuple[float, str]] = set()
    areas: list[Value] = []
    for value in case.values(kind, "floor_area"):
        if not isinstance(value.value, int | float):
            continue
        address = value.document.fields.get("address")
        key = (float(value.value), str(address.value) if address is not None else "")
        if key not in seen:
            seen.add(key)
            areas.append(value)
    return areas


def _sum(values: list[Value]) -> float:
    return round(sum(value.value for value in values if isinstance(value.value, int | float)), 2)
