"""An item: its page, and its body as feeds hold it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from markupsafe import Markup

from csto_site import context, jobs, markup, permalinks, policy, wording
from csto_site.links import Href, Media
from csto_site.model import Change, ChangeKind, Form, Image, Item
from csto_site.moments import modified
from csto_site.views import parts, periods
from csto_site.views.viewpoint import Fragments, Viewpoint


def item(
    at: Viewpoint, job: jobs.ItemPage, fragments: Fragments, json_ld: Markup, citation: context.Citation
) -> context.Item:
    """Show an item."""
    it, media = job.item, list(job.media)
    images = [
        parts.picture(at, image, media.pop(0), it.permalink) for image in (*filter(None, [it.image]), *it.gallery)
    ]
    leading = images.pop(0) if it.image else None
    files = [(attachment, media.pop(0)) for attachment in it.attachments]
    video = _video(at, it, media)
    social = parts.picture(at, Image(it.social, ""), media.pop(0), it.permalink) if it.social else None
    return context.Item(
        kind="item",
        title=it.title,
        description=parts.description(it.lead),
        canonical=at.absolute(it.permalink),
        breadcrumb=parts.crumbs(at, it.section),
        translations=parts.translations(at, job.alternates),
        x_default=parts.x_default(at, job.alternates),
        feeds=None,
        record=at.url(permalinks.record(it.permalink)) if at.settings.item_json else "",
        csp=Markup(policy.framing([video.host]) if video and video.embed else ""),  # noqa: S704 - of hosts that were checked
        section=parts.section_link(at, it.section),
        date=at.date(it.date),
        place=it.place,
        lead=it.lead if it.lead_written else (),
        authors=it.authors,
        body=parts.body(at, fragments[it.path], job.links, is_first=leading is None),
        form=Form(it.form).value,
        source=context.Origin(name=it.source.name, url=it.source.url) if it.source else None,
        image=leading,
        gallery=tuple(filter(None, images)),
        attachments=tuple(
            context.Attachment(
                title=attachment.title,
                url=at.href(file.href),
                kind=_kind(file.href),
                size=wording.size(file.size) if file.size else "",
            )
            for attachment, file in files
        ),
        video=video,
        terms=tuple(
            context.Term(title=title, url=at.url(permalinks.term(at.language.prefix, taxonomy, slug)), count=0)
            for taxonomy, slug, title in job.terms
        ),
        updated=_updated(at, it),
        changes=tuple(_change(at, each) for each in newest_first(it.changes)),
        withdrawn=_withdrawal(at, job),
        rail=parts.teasers(at, job.rail),
        related=parts.teasers(at, job.related),
        earlier=periods.same_day(at, "", it.date.date, job.earlier) if job.earlier else (),
        older=parts.teaser(at, job.older) if job.older else None,
        newer=parts.teaser(at, job.newer) if job.newer else None,
        back_to_section=at.href(job.back),
        back_to_all=at.url(permalinks.head(at.language.prefix, "")),
        social=_social([social, leading]),
        json_ld=json_ld,
        published_iso=it.date.iso,
        modified_iso=modified(it).iso,
        citation=citation,
    )


def _social(images: Iterable[context.Picture | None]) -> context.Picture | None:
    """Choose what other sites show beside a link: the first picture of a form that they take."""
    shown = filter(None, images)
    return next((each for each in shown if not each.url.endswith((".svg", ".gif"))), None)


def _kind(href: Href) -> str:
    name = href.rpartition("/")[2].partition("?")[0]
    return name.rpartition(".")[2].upper() if "." in name else ""


def newest_first(changes: Iterable[Change]) -> Sequence[Change]:
    """Sort a public history as it is shown."""
    return sorted(changes, key=lambda change: change.date.order, reverse=True)


def _change(at: Viewpoint, change: Change) -> context.Change:
    return context.Change(date=at.date(change.date), note=change.note, kind=change.kind.value)


def _updated(at: Viewpoint, it: Item) -> context.Date | None:
    moments = [change.date for change in it.changes if change.kind is not ChangeKind.MINOR]
    moments += [it.updated] if it.updated else []
    return at.date(max(moments, key=lambda moment: moment.order)) if moments else None


def _video(at: Viewpoint, it: Item, media: list[Media]) -> context.Video | None:
    if it.video is None:
        return None
    poster = parts.picture(at, it.video.poster, media.pop(0), it.permalink) if it.video.poster else None
    file = media.pop(0) if it.video.link else None
    if file and not file.href:
        return None
    embed = it.video.embed.target if it.video.embed else ""
    embed = embed if policy.may_frame(embed, at.settings.embeds) else ""
    return context.Video(
        title=it.video.title,
        url=at.href(file.href) if file else it.video.url,
        is_file=file is not None,
        embed=embed,
        host=urlsplit(embed).netloc,
        poster=poster,
    )


def _withdrawal(at: Viewpoint, job: jobs.ItemPage) -> context.Withdrawal | None:
    withdrawn = job.item.withdrawn
    if withdrawn is None:
        return None
    title, href = job.replaced_by or ("", "")
    return context.Withdrawal(
        date=at.date(withdrawn.date) if withdrawn.date else None,
        reason=withdrawn.reason,
        replaced_by=context.LinkTo(title=title, url=at.href(href)) if href else None,
    )


def absolute_body(at: Viewpoint, job: jobs.RecordItem, fragments: Fragments) -> str:
    """Give an item's body with links that hold outside the site, for feeds."""
    urls = [at.absolute_href(link, job.item.permalink) for link in job.links]
    return markup.resolved(fragments[job.item.path], urls)
