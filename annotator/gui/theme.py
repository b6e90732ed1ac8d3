"""Colours, fonts and the style sheet, light and dark as the system says."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QIcon, QPainter, QPalette, QPixmap

from annotator.core.assets import asset

SERIF = "Annotator Serif"


@dataclass(frozen=True, slots=True)
class Theme:
    """The window's colours. `ground` lies under the article, `pane` under the sides, `card` under cards and fields."""

    dark: bool
    ground: str
    pane: str
    card: str
    ink: str
    soft: str
    line: str
    accent: str
    accent_ink: str
    accent_tint: str
    source: str
    source_tint: str
    cue: str
    content: str
    content_tint: str
    quiet_tint: str
    decided_tint: str
    favor: str
    against: str
    neutral: str
    suggested: str

    def color(self, name: str) -> QColor:
        return QColor(getattr(self, name))


LIGHT = Theme(
    dark=False,
    ground="#f6f5f2",
    pane="#fbfaf8",
    card="#ffffff",
    ink="#1d1f23",
    soft="#5f636b",
    line="#dedbd3",
    accent="#2d5bd7",
    accent_ink="#ffffff",
    accent_tint="#e4ebfc",
    source="#0f7b6c",
    source_tint="#e3f4f0",
    cue="#9a5700",
    content="#2d5bd7",
    content_tint="#dbe5fd",
    quiet_tint="#eaeef8",
    decided_tint="#e4efe3",
    favor="#2f7d3b",
    against="#b3261e",
    neutral="#5f636b",
    suggested="#8a8f98",
)

DARK = Theme(
    dark=True,
    ground="#17181b",
    pane="#1b1d20",
    card="#25282c",
    ink="#e6e4df",
    soft="#a3a8b1",
    line="#383b42",
    accent="#8aabff",
    accent_ink="#12141a",
    accent_tint="#26335a",
    source="#5fd0bb",
    source_tint="#173f38",
    cue="#f0b45a",
    content="#9db8ff",
    content_tint="#2b3b70",
    quiet_tint="#20283f",
    decided_tint="#1f3126",
    favor="#7fd18b",
    against="#ff8a80",
    neutral="#a3a8b1",
    suggested="#8a8f98",
)


def current(wanted: str = "system") -> Theme:
    """The light or dark theme as wanted; for "system", as the system's colour scheme is now."""
    dark = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
    return {"light": LIGHT, "dark": DARK}.get(wanted, DARK if dark else LIGHT)


def load_fonts() -> None:
    """Registers the reading typeface that comes with the program."""
    for style in ("Regular", "Bold"):
        data = asset("fonts", f"AnnotatorSerif-{style}.ttf").read_bytes()
        QFontDatabase.addApplicationFontFromData(QByteArray(data))


def reading_font(points: float) -> QFont:
    font = QFont(SERIF)
    font.setPointSizeF(points)
    font.setStyleStrategy(QFont.StyleStrategy.PreferAntialias)
    return font


def palette(theme: Theme) -> QPalette:
    made = QPalette()
    role = QPalette.ColorRole
    for where, name in (
        (role.Window, "pane"),
        (role.WindowText, "ink"),
        (role.Base, "card"),
        (role.AlternateBase, "pane"),
        (role.Text, "ink"),
        (role.Button, "card"),
        (role.ButtonText, "ink"),
        (role.ToolTipBase, "card"),
        (role.ToolTipText, "ink"),
        (role.Highlight, "accent"),
        (role.HighlightedText, "accent_ink"),
        (role.PlaceholderText, "soft"),
        (role.Link, "accent"),
        (role.Mid, "line"),
    ):
        made.setColor(where, theme.color(name))
    for where in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, where, theme.color("suggested"))
    return made


def style_sheet(theme: Theme) -> str:
    t = theme
    check = str(asset("icons", f"check-{'dark' if theme.dark else 'light'}.svg")).replace("\\", "/")
    return f"""
    QWidget {{ color: {t.ink}; }}
    QMainWindow, QDialog, QMessageBox {{ background: {t.pane}; }}
    #header, #footer {{ background: {t.pane}; }}
    #header {{ border-bottom: 1px solid {t.line}; }}
    #footer {{ border-top: 1px solid {t.line}; }}
    #side, #queue {{ background: {t.pane}; }}
    #side {{ border-left: 1px solid {t.line}; }}
    #queue {{ border-right: 1px solid {t.line}; }}
    #legend {{ background: {t.ground}; color: {t.soft}; }}
    #note {{ background: {t.card}; border: 1px solid {t.line}; border-radius: 8px; padding: 9px 11px; }}
    QTableWidget {{ background: {t.card}; border: 1px solid {t.line}; border-radius: 8px; gridline-color: {t.line}; }}
    QTableWidget::item {{ padding: 4px 6px; }}
    QTableWidget::item:selected {{ background: {t.accent_tint}; color: {t.ink}; }}
    QHeaderView {{ background: {t.pane}; }}
    QHeaderView::section {{ background: {t.pane}; color: {t.ink}; border: none; border-bottom: 1px solid {t.line};
                 border-right: 1px solid {t.line}; padding: 5px 6px; }}
    #soft, QLabel[soft="true"] {{ color: {t.soft}; }}
    QLabel[unsure="true"] {{ color: {t.cue}; }}
    #projectName {{ font-weight: 600; }}
    QLineEdit {{ background: {t.card}; border: 1px solid {t.line}; border-radius: 6px; padding: 5px 9px;
                 selection-background-color: {t.accent}; selection-color: {t.accent_ink}; }}
    QLineEdit:focus {{ border: 1px solid {t.accent}; }}
    QPushButton, QToolButton#menuButton {{ background: {t.card}; border: 1px solid {t.line}; border-radius: 6px;
                 padding: 5px 12px; }}
    QPushButton:hover {{ border-color: {t.accent}; }}
    QPushButton:focus {{ border-color: {t.accent}; }}
    QPushButton:disabled {{ color: {t.suggested}; }}
    QPushButton:checked {{ border: 2px solid {t.accent}; }}
    QPushButton[primary="true"] {{ background: {t.accent}; color: {t.accent_ink}; border-color: {t.accent};
                 font-weight: 600; }}
    QPushButton[primary="true"]:disabled {{ background: {t.line}; color: {t.soft}; border-color: {t.line}; }}
    QPushButton[chip="true"] {{ border-radius: 10px; padding: 2px 6px; color: {t.soft}; font-size: 11px; }}
    QPushButton[chip="true"]:checked {{ background: {t.accent_tint}; color: {t.accent};
                 border-color: {t.accent_tint}; }}
    QPushButton[segment="first"] {{ border-radius: 0; padding: 3px 9px; color: {t.soft};
                 border-top-left-radius: 6px; border-bottom-left-radius: 6px; }}
    QPushButton[segment="middle"] {{ border-radius: 0; padding: 3px 9px; color: {t.soft}; border-left: none; }}
    QPushButton[segment="last"] {{ border-radius: 0; padding: 3px 9px; color: {t.soft}; border-left: none;
                 border-top-right-radius: 6px; border-bottom-right-radius: 6px; }}
    QPushButton[segment="first"]:checked, QPushButton[segment="middle"]:checked, QPushButton[segment="last"]:checked
                 {{ background: {t.accent_tint}; color: {t.accent}; }}
    QPushButton[key="true"] {{ padding: 1px 5px; border-bottom-width: 2px; color: {t.soft}; font-size: 11px;
                 border-radius: 4px; min-width: 12px; }}
    QPushButton[value="true"] {{ border: none; background: transparent; padding: 2px 0; text-align: left; }}
    QPushButton[value="true"]:hover {{ color: {t.accent}; }}
    #card {{ background: {t.card}; border: 2px solid {t.accent}; border-radius: 10px; }}
    QListView {{ background: {t.pane}; border: none; outline: 0; }}
    #steps {{ background: transparent; }}
    #steps::item {{ padding: 8px 10px; border-radius: 6px; }}
    #steps::item:selected {{ background: {t.accent_tint}; color: {t.ink}; }}
    QCheckBox::indicator, QListView::indicator {{ width: 13px; height: 13px; border: 1px solid {t.soft};
                 border-radius: 4px; background: {t.card}; }}
    QCheckBox::indicator:checked, QListView::indicator:checked {{ background: {t.accent}; border-color: {t.accent};
                 image: url("{check}"); }}
    QCheckBox:disabled {{ color: {t.suggested}; }}
    QCheckBox::indicator:disabled {{ border-color: {t.line}; background: {t.pane}; }}
    QCheckBox::indicator:checked:disabled {{ background: {t.suggested}; }}
    QRadioButton::indicator {{ width: 13px; height: 13px; border: 1px solid {t.soft}; border-radius: 7px;
                 background: {t.card}; }}
    QRadioButton::indicator:checked {{ border-color: {t.accent}; background: qradialgradient(cx: 0.5, cy: 0.5,
                 radius: 0.5, fx: 0.5, fy: 0.5, stop: 0 {t.accent}, stop: 0.6 {t.accent}, stop: 0.7 {t.card}); }}
    QComboBox QAbstractItemView {{ background: {t.card}; color: {t.ink}; border: 1px solid {t.line};
                 selection-background-color: {t.accent_tint}; selection-color: {t.ink}; }}
    QPlainTextEdit {{ background: {t.ground}; border: none; selection-background-color: {t.accent};
                 selection-color: {t.accent_ink}; }}
    QTextBrowser {{ background: {t.card}; border: 1px solid {t.line}; border-radius: 6px; padding: 8px; }}
    QTabBar::tab {{ background: transparent; border: none; border-bottom: 2px solid transparent; padding: 9px 10px 7px;
                 color: {t.soft}; }}
    QTabBar::tab:selected {{ color: {t.ink}; border-bottom: 2px solid {t.accent}; font-weight: 600; }}
    QTabWidget::pane {{ border: none; border-top: 1px solid {t.line}; }}
    QTabBar {{ qproperty-drawBase: 0; }}
    QProgressBar {{ background: {t.line}; border: none; border-radius: 3px; max-height: 6px; min-height: 6px; }}
    QProgressBar::chunk {{ background: {t.accent}; border-radius: 3px; }}
    QSlider::groove:horizontal {{ background: {t.line}; height: 6px; border-radius: 3px; }}
    QSlider::handle:horizontal {{ background: {t.accent}; width: 16px; height: 16px; margin: -5px 0;
                 border-radius: 8px; }}
    QSplitter::handle {{ background: {t.line}; }}
    QScrollBar:vertical {{ background: transparent; width: 12px; margin: 0; }}
    QScrollBar::handle:vertical {{ background: {t.line}; border-radius: 4px; min-height: 28px; margin: 2px; }}
    QScrollBar::handle:vertical:hover {{ background: {t.suggested}; }}
    QScrollBar::add-line:vertical, QScrollBar::sub-line:vertical {{ height: 0; }}
    QScrollBar::add-page:vertical, QScrollBar::sub-page:vertical {{ background: transparent; }}
    QDialogButtonBox {{ dialogbuttonbox-buttons-have-icons: 0; }}
    QMenu {{ background: {t.card}; border: 1px solid {t.line}; padding: 4px; }}
    QMenu::item {{ padding: 5px 24px 5px 14px; border-radius: 4px; }}
    QMenu::item:selected {{ background: {t.accent_tint}; }}
    QMenu::item:disabled {{ color: {t.suggested}; }}
    QMenu::separator {{ height: 1px; background: {t.line}; margin: 4px 8px; }}
    QMenuBar {{ background: {t.pane}; }}
    QMenuBar::item {{ padding: 4px 10px; border-radius: 4px; background: transparent; }}
    QMenuBar::item:selected {{ background: {t.accent_tint}; }}
    QToolTip {{ background: {t.card}; color: {t.ink}; border: 1px solid {t.line}; padding: 4px 6px; }}
    """


def icon(name: str, theme: Theme, color: str = "ink", size: int = 18) -> QIcon:
    """An icon of ours in a colour of the theme, sharp at any scaling."""
    from PySide6.QtSvg import QSvgRenderer

    drawing = asset("icons", f"{name}.svg").read_text("utf-8").replace("currentColor", getattr(theme, color))
    renderer = QSvgRenderer(QByteArray(drawing.encode()))
    made = QIcon()
    for scale in (1, 2, 3):
        pixmap = QPixmap(size * scale, size * scale)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        renderer.render(painter)
        painter.end()
        made.addPixmap(pixmap)
    return made
