"""What holds the house together: our import names are ours alone, document types cover the kinds of the contract."""

from importlib.metadata import packages_distributions

from extractors.documents import document_types
from schemas.document import DocumentKind

PACKAGES = ("schemas", "extractors", "validators", "flows", "apps")


def test_no_other_distribution_provides_our_packages():
    provided = packages_distributions()
    for package in PACKAGES:
        assert set(provided.get(package, ["heyan"])) == {"heyan"}, f"{package} is also installed by {provided[package]}"


def test_every_kind_but_other_has_its_type():
    assert set(document_types()) == set(DocumentKind)
