"""The common emoji by Slack's names for them."""

_LIST = """
+1=👍 -1=👎 thumbsup=👍 thumbsdown=👎 wave=👋 clap=👏 pray=🙏 muscle=💪
raised_hands=🙌 ok_hand=👌 point_right=👉 point_left=👈 point_up=☝️
point_down=👇 handshake=🤝 eyes=👀 writing_hand=✍️ raising_hand=🙋
raised_hand=✋ hand=✋ v=✌️ crossed_fingers=🤞 smile=😄 smiley=😃 grinning=😀
slightly_smiling_face=🙂 wink=😉 joy=😂 sweat_smile=😅 thinking_face=🤔 cry=😢
sob=😭 sunglasses=😎 heart_eyes=😍 neutral_face=😐 sleeping=😴 zzz=💤 ghost=👻
robot_face=🤖 partying_face=🥳 tada=🎉 confetti_ball=🎊 balloon=🎈 fire=🔥
sparkles=✨ star=⭐ star2=🌟 zap=⚡ boom=💥 rocket=🚀 100=💯 heart=❤️
blue_heart=💙 green_heart=💚 broken_heart=💔 rainbow=🌈 sunny=☀️ sunrise=🌅
cloud=☁️ snowflake=❄️ snowman=⛄ ice_cube=🧊 hot_pepper=🌶️ thermometer=🌡️
seedling=🌱 herb=🌿 four_leaf_clover=🍀 white_check_mark=✅
heavy_check_mark=✔️ ballot_box_with_check=☑️ x=❌
negative_squared_cross_mark=❎ heavy_plus_sign=➕ heavy_minus_sign=➖
warning=⚠️ no_entry=⛔ no_entry_sign=🚫 stop_sign=🛑 octagonal_sign=🛑 sos=🆘
exclamation=❗ heavy_exclamation_mark=❗ grey_exclamation=❕ question=❓
grey_question=❔ bangbang=‼️ information_source=ℹ️ bell=🔔 no_bell=🔕
loudspeaker=📢 mega=📣 rotating_light=🚨 red_circle=🔴 large_orange_circle=🟠
large_yellow_circle=🟡 large_green_circle=🟢 large_blue_circle=🔵
large_purple_circle=🟣 white_circle=⚪ black_circle=⚫ large_red_square=🟥
large_green_square=🟩 large_yellow_square=🟨 large_blue_square=🟦
white_large_square=⬜ black_large_square=⬛ small_blue_diamond=🔹
small_orange_diamond=🔸 arrow_right=➡️ arrow_left=⬅️ arrow_up=⬆️
arrow_down=⬇️ arrow_upper_right=↗️ arrow_lower_right=↘️
leftwards_arrow_with_hook=↩️ arrow_right_hook=↪️
arrows_counterclockwise=🔄 repeat=🔁 fast_forward=⏩
black_right_pointing_double_triangle_with_vertical_bar=⏭️ rewind=⏪
arrow_forward=▶️ double_vertical_bar=⏸️ hourglass=⌛
hourglass_flowing_sand=⏳ watch=⌚ alarm_clock=⏰ stopwatch=⏱️
timer_clock=⏲️ clock1=🕐 clock3=🕒 clock5=🕔 clock9=🕘 clock12=🕛 calendar=📅
date=📅 spiral_calendar_pad=🗓️ telephone_receiver=📞 phone=☎️ telephone=☎️
iphone=📱 calling=📲 vibration_mode=📳 voicemail=📼 email=✉️ envelope=✉️
e-mail=📧 incoming_envelope=📨 envelope_with_arrow=📩 mailbox=📫
mailbox_with_mail=📬 inbox_tray=📥 outbox_tray=📤 speech_balloon=💬
left_speech_bubble=🗨️ thought_balloon=💭 memo=📝 pencil=📝 pencil2=✏️
clipboard=📋 pushpin=📌 round_pushpin=📍 paperclip=📎 link=🔗
page_facing_up=📄 books=📚 book=📖 bookmark=🔖 label=🏷️ newspaper=📰
bar_chart=📊 chart_with_upwards_trend=📈 chart_with_downwards_trend=📉
file_folder=📁 card_index=📇 briefcase=💼 computer=💻 keyboard=⌨️
globe_with_meridians=🌐 earth_americas=🌎 earth_africa=🌍 house=🏠 office=🏢
factory=🏭 bust_in_silhouette=👤 busts_in_silhouette=👥 crown=👑 trophy=🏆
medal=🏅 first_place_medal=🥇 second_place_medal=🥈 third_place_medal=🥉
dart=🎯 key=🔑 lock=🔒 unlock=🔓 bulb=💡 mag=🔍 wrench=🔧 gear=⚙️
hammer_and_wrench=🛠️ broom=🧹 wastebasket=🗑️ moneybag=💰 dollar=💵
credit_card=💳 gift=🎁 package=📦 ticket=🎫 coffee=☕ beer=🍺 pizza=🍕 cake=🍰
airplane=✈️ car=🚗 checkered_flag=🏁 triangular_flag_on_post=🚩
waving_white_flag=🏳️ one=1️⃣ two=2️⃣ three=3️⃣ four=4️⃣ five=5️⃣ six=6️⃣
seven=7️⃣ eight=8️⃣ nine=9️⃣ new=🆕 up=🆙 cool=🆒 free=🆓 ok=🆗 no_good=🙅
shrug=🤷 see_no_evil=🙈 potato=🥔 palm_tree=🌴 beach_with_umbrella=🏖️
construction=🚧
"""


def _by_name() -> dict[str, str]:
    return dict(pair.split("=") for pair in _LIST.split())


EMOJI = _by_name()
