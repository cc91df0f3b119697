#!/bin/sh
# Pages as others read HTML: tidy, and Chromium at the width of a phone and of a desk. Each is left
# out, by name, where it is not. The suite report/test_page writes the pages.
# shellcheck disable=SC2154 # variables of the harness
. "$(dirname "$0")/harness"

pages='night well hostile'
writer=$(dirname "$PROGRAM")/tests/report/test_page
browser=$(command -v chromium || command -v chromium-browser)

if command -v tidy >/dev/null; then
	begin 'page: tidy finds nothing wrong with it'
	"$writer" . || wrong "$writer . failed"
	for page in $pages; do
		tidy -q -e "$page.html" >found 2>&1
		is "tidy's status for $page" $? 0
		same found ''
	done
else
	echo 'skipped: page: tidy finds nothing wrong with it (there is no tidy)'
fi

# Frames of two widths, and beside the pages a script that reports of each how wide its content is,
# how many scripts it has, and the colour that it is on.
frames() {
	echo '<!DOCTYPE html><html><body>'
	for page in $pages; do
		for width in 390 1280; do
			echo "<iframe src=\"$page.html\" style=\"border:0;width:${width}px;height:800px\"></iframe>"
		done
	done
	cat <<'END'
<script>
onload = () => {
	document.body.textContent = Array.from(document.querySelectorAll('iframe'), frame => {
		const page = frame.contentDocument;
		return frame.getAttribute('src') + ': ' + page.documentElement.scrollWidth + ' wide, ' +
			page.scripts.length + ' scripts, on ' +
			page.defaultView.getComputedStyle(page.body).backgroundColor;
	}).join('\n');
};
</script></body></html>
END
}

# measured SCHEME: 0 is dark, 1 light
measured() {
	timeout 120 "$browser" --headless --no-sandbox --disable-gpu --hide-scrollbars \
		--user-data-dir="$PWD/profile" --allow-file-access-from-files \
		--blink-settings="preferredColorScheme=$1" --window-size=1400,900 \
		--dump-dom "file://$PWD/frames.html" 2>/dev/null | sed -n 's/<[^>]*>//g;/html: /p'
}

expected() { # COLOUR
	for page in $pages; do
		echo "$page.html: 390 wide, 0 scripts, on $1"
		echo "$page.html: 1280 wide, 0 scripts, on $1"
	done
}

if [ -n "$browser" ]; then
	begin 'page: it is never wider than the screen, light and dark'
	"$writer" . || wrong "$writer . failed"
	frames >frames.html
	is 'in the light' "$(measured 1)" "$(expected 'rgb(255, 255, 255)')"
	is 'in the dark' "$(measured 0)" "$(expected 'rgb(16, 21, 27)')"
else
	echo 'skipped: page: it is never wider than the screen, light and dark (there is no chromium)'
fi
finish
