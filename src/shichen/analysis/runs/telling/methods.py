"""How each analysis is made, in a sentence a reader can check, with what was published about it (方法与文献)."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import pgettext

from shichen.analysis.runs.models import Run
from shichen.analysis.runs.telling import saying

CORI = "Cori A, et al. Am J Epidemiol 2013;178:1505-1512. doi:10.1093/aje/kwt133"
THOMPSON = "Thompson RN, et al. Epidemics 2019;29:100356. doi:10.1016/j.epidem.2019.100356"
PARAG = "Parag KV. PLoS Comput Biol 2021;17:e1009347. doi:10.1371/journal.pcbi.1009347"
NISHIURA = "Nishiura H, et al. Euro Surveill 2016;21(12):30171. doi:10.2807/1560-7917.ES.2016.21.12.30171"
LLOYD = "Lloyd-Smith JO, et al. Nature 2005;438:355-359. doi:10.1038/nature04153"
GARDNER = "Gardner ES, McKenzie E. Manage Sci 1985;31:1237-1246. doi:10.1287/mnsc.31.10.1237"
BRACHER = "Bracher J, et al. PLoS Comput Biol 2021;17:e1008618. doi:10.1371/journal.pcbi.1008618"
EPINOW = "Abbott S, et al. EpiNow2 (estimate_secondary). doi:10.5281/zenodo.3957489"
FRASER = "Fraser C, et al. PNAS 2004;101:6146-6151. doi:10.1073/pnas.0307506101"
LAWLESS = "Lawless JF. Can J Stat 1994;22:15-31. doi:10.2307/3315820"
REICH = "Reich NG, et al. Stat Med 2009;28:2769-2784. doi:10.1002/sim.3659"
HOHLE = "Höhle M, an der Heiden M. Biometrics 2014;70:993-1002. doi:10.1111/biom.12194"


@dataclass(frozen=True)
class Method:
    """What is done, and the publications it is after."""

    sentence: str
    sources: tuple[str, ...]


def of(run: Run) -> Method:
    """The method of a run, in the language of the page."""
    found = _by_report(run)
    if run.method in ("rt", "growth", "forecast") and saying.dated(run) == "onset":
        extra = pgettext(
            "方法",
            "按发病日期：病例取自一览表，最近几日由现报校正的各条路径补全；本地与输入照一览表，首日病例按输入计。",
        )
        return Method(f"{extra} {found.sentence}", (*found.sources, HOHLE))
    return found


def _by_report(run: Run) -> Method:
    return {
        "curve": Method(
            pgettext("方法", "逐日计数，日历完整；没有报的日子空着，不作零；按数据日与按发布日两种口径都存。"), ()
        ),
        "rt": Method(
            pgettext(
                "方法",
                "Cori 法，滑动窗口，伽马先验(均值5、标准差5)；不知来源时首日病例按输入计，其余按本地计。病例少时只用 EpiFilter 判断升降，更少时只估计疫情是否结束。",
            ),
            (CORI, THOMPSON, PARAG, NISHIURA),
        ),
        "growth": Method(
            pgettext("方法", "准泊松回归，对数联系，零照算；区间跨零即无明显趋势，只给两个界。"), ("i2extras; R glm",)
        ),
        "nowcast": Method(
            pgettext(
                "方法",
                "按发病与报告日期的时滞补全最近几日（反向风险率，逐日水平随机游走）；发病日期不明的照同期的时滞推断；没有成对的日期就不作；此前的估计到期后评分。",
            ),
            (HOHLE, LAWLESS),
        ),
        "delay": Method(
            pgettext(
                "方法",
                "日期只知到日，按区间删失拟合对数正态、伽马、韦布尔三种分布，并计入尚未报告的(右截断)，取AIC最小的；区间用重抽样；不足配对数用参数档的先验。",
            ),
            (REICH,),
        ),
        "forecast": Method(
            pgettext(
                "方法",
                "更新过程逐日外推，R 取后验；三种情形并列：R不变、趋势渐缓(R逐日向1靠拢，log R 每天乘0.6)、R下降(情景)；前两种到期后评分(WIS、区间命中)。",
            ),
            (CORI, LLOYD, GARDNER, BRACHER),
        ),
        "beds": Method(
            pgettext(
                "方法",
                "现有病人＝累计确诊−出院−死亡，乘以收治比例；住院日由每天入院与累计出院的数作最大似然(伽马)，出院不满10人用参数档的；今后入院＝短期预测的病例，逐人抽住院日；开放床位按日期分步，逐日给出不够的可能性。",
            ),
            (EPINOW,),
        ),
        "whatif": Method(
            pgettext(
                "方法",
                "更新过程向前推：R 与输入乘以措施的倍数，追踪把代间距截短；与不采取措施的同样日子用同一套随机数，逐次相减得差别和区间。按确诊日期，感染要早几天。情景，不是预测。",
            ),
            (CORI, LLOYD, FRASER),
        ),
    }[run.method]
