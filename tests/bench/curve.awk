# The table and the picture of the chunks of `scale`, from lines "ROUND CHUNK SECONDS CPU-SECONDS
# KIBIBYTES"; loaded after median.awk. The picture shows rows a second over rows a chunk: the medians
# as a line, and at each a bar from the least to the most of the rounds.

# 1234567 as 1,234,567.
function grouped(number,   text, out) {
	text = sprintf("%d", number)
	while (length(text) > 3) {
		out = "," substr(text, length(text) - 2) out
		text = substr(text, 1, length(text) - 3)
	}
	return text out
}

function x_of(size) { return left + (log(size) - log(100)) / log(1000) * width }
function y_of(rate) { return below - rate / top * height }

function line(x1, y1, x2, y2, color, thickness) {
	printf "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\" stroke-width=\"%s\"/>\n",
		x1, y1, x2, y2, color, thickness >picture
}

function words(x, y, anchor, size, color, what) {
	printf "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" font-size=\"%d\" fill=\"%s\">%s</text>\n",
		x, y, anchor, size, color, what >picture
}

# The least of 1, 2, 2.5 and 5 times a power of ten that makes at most six steps to it.
function step_to(rate,   power, i, factors) {
	split("1 2 2.5 5", factors)
	for (power = 1; ; power *= 10)
		for (i = 1; i <= 4; i++)
			if (factors[i] * power * 6 >= rate)
				return factors[i] * power
}

function draw_axes(   step, rate, decade, i, x) {
	step = step_to(greatest * 1.05)
	top = step * int(greatest * 1.05 / step + 0.999)
	for (rate = 0; rate <= top; rate += step) {
		line(left, y_of(rate), left + width, y_of(rate), rate == 0 ? "#333" : "#ddd", 1)
		words(left - 10, y_of(rate) + 4, "end", 13, "#333", grouped(rate))
	}
	for (decade = 100; decade <= 100000; decade *= 10)
		for (i = 1; i <= 9 && decade * i <= 100000; i++) {
			x = x_of(decade * i)
			line(x, below, x, below + (i == 1 ? 8 : 4), "#333", 1)
			if (i == 1 && decade > 100)
				line(x, below - height, x, below, "#eee", 1)
			if (i == 1)
				words(x, below + 24, "middle", 13, "#333", grouped(decade))
		}
	line(left, below - height, left, below, "#333", 1)
	words(left + width / 2, below + 50, "middle", 14, "#111", "rows a chunk (--chunk)")
	printf "<text transform=\"translate(22 %.1f) rotate(-90)\" text-anchor=\"middle\"", below - height / 2 >picture
	printf " font-size=\"14\" fill=\"#111\">rows a second</text>\n" >picture
}

function draw(   i, n, size, points, y) {
	left = 92; below = 374; width = 580; height = 300
	printf "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 720 440\" width=\"720\" height=\"440\"" >picture
	printf " font-family=\"Helvetica, Arial, 'DejaVu Sans', sans-serif\">\n" >picture
	printf "<rect width=\"720\" height=\"440\" fill=\"#fff\"/>\n" >picture
	words(left, 34, "start", 16, "#111", "apply of " grouped(rows) " rows, by the size of a chunk")
	words(left, 52, "start", 12, "#666", "median of " rounds " rounds; bars: the slowest to the fastest")
	draw_axes()
	for (i = 1; i <= count; i++) {
		size = sizes[i]
		points = points sprintf("%.1f,%.1f ", x_of(size), y_of(rows / wall[size]))
		line(x_of(size), y_of(rows / least[size]), x_of(size), y_of(rows / most[size]), "#9bbbe0", 5)
	}
	printf "<polyline points=\"%s\" fill=\"none\" stroke=\"#1f5fa8\" stroke-width=\"2\"/>\n", points >picture
	for (i = 1; i <= count; i++) {
		size = sizes[i]
		y = y_of(rows / wall[size])
		printf "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4\" fill=\"#1f5fa8\"/>\n", x_of(size), y >picture
		if (size != chunk)
			continue
		# To the right and below: a curve that rises leaves room there.
		line(x_of(size) + 6, y + 6, x_of(size) + 18, y + 20, "#c0392b", 1)
		words(x_of(size) + 22, y + 31, "start", 13, "#c0392b", "default: " grouped(size))
		printf "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"8\" fill=\"none\" stroke=\"#c0392b\" stroke-width=\"2\"/>\n",
			x_of(size), y >picture
	}
	printf "</svg>\n" >picture
}

{ seconds[$2, $1] = $3; memory[$2, $1] = $5 }

END {
	count = split(chunks, sizes)
	printf "%8s %9s %9s %9s %9s %9s %20s\n", "--chunk", "seconds", "least", "most", "rows/s",
		"peak MiB", "to that of " chunk
	printf "[" >json
	for (i = 1; i <= count; i++) {
		size = sizes[i]
		for (r = 1; r <= rounds; r++) list[r] = memory[size, r] / 1024
		peak[size] = median(list, rounds)
		for (r = 1; r <= rounds; r++) list[r] = seconds[size, r]
		wall[size] = median(list, rounds); least[size] = list[1]; most[size] = list[rounds]
		if (rows / least[size] > greatest)
			greatest = rows / least[size]
	}
	for (i = 1; i <= count; i++) {
		size = sizes[i]
		times = "-"
		for (r = 1; r <= rounds && (chunk, r) in seconds; r++)
			list[r] = seconds[size, r] / seconds[chunk, r]
		if (r > rounds)
			times = sprintf("%.2f", median(list, rounds))
		printf "%8d %9.3f %9.3f %9.3f %9d %9.1f %20s\n", size, wall[size], least[size],
			most[size], rows / wall[size], peak[size], times
		printf "%s\n{\"chunk\":%d,\"seconds\":%.6f,\"least\":%.6f,\"most\":%.6f,\"peak_mib\":%.1f}",
			i == 1 ? "" : ",", size, wall[size], least[size], most[size], peak[size] >json
	}
	printf "]" >json
	draw()
}
