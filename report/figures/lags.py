"""What is left of a network's accuracy when what it must remember lies further back."""

from benchmarks.metrics.evaluate import metric_of
from report.figures.learning_curves import scale_metric
from report.figures.style import Figure, line_handle, look_of_architecture, panels, svg_text
from report.tables.lags import LagFamily
from report.text.naming import architecture_title, one_line

#: Line styles of baselines, which have no colour.
BASELINE_DASHES = (":", (0, (1, 3)), "-.")


def accuracy_against_lag(family: LagFamily, name: str) -> Figure:
    """One panel: the mean of the principal metric against the lag, a line for each network and baseline."""
    canvas, (axes,) = panels(1, columns=1, height=3.4)
    known = [curve.architecture for curve in family.curves if not curve.is_baseline]
    handles, titles = [], []
    baselines = 0
    for curve in family.curves:
        lags, means = list(curve.means), list(curve.means.values())
        if curve.is_baseline:
            dashes = BASELINE_DASHES[baselines % len(BASELINE_DASHES)]
            baselines += 1
            handles += axes.plot(lags, means, color="0.3", linestyle=dashes, linewidth=1.4)
            titles.append(f"{architecture_title(curve.architecture)} (baseline)")
        else:
            look = look_of_architecture(curve.architecture, known)
            axes.plot(
                lags, means, color=look.color, linestyle=look.dashes, linewidth=1.8, marker=look.marker, markersize=6,
                markeredgecolor="white", markeredgewidth=0.6,
            )  # fmt: skip
            handles.append(line_handle(look))
            titles.append(architecture_title(curve.architecture))
    axes.set(xlabel="lag (positions)", title=one_line(family.name))
    axes.set_xticks(sorted({lag for curve in family.curves for lag in curve.means}))
    scale_metric(axes, family.metric, "y")
    canvas.legend(handles, titles, loc="outside upper center", ncols=4, frameon=False, handlelength=3)
    title = f"{metric_of(family.metric).title.capitalize()} against lag: {family.name}"
    return Figure(
        name=name,
        title=title,
        caption=f"Means on held-out data, by {family.implementation}; each lag is a task of its own, trained afresh.",
        alternative=f"{title}: one line for each of {', '.join(titles)}; the accuracy table has the numbers.",
        svg=svg_text(canvas, name, title),
    )
