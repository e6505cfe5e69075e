from tests.e2e.test_building import DIGITS
def test_x(open_builder, light):
    builder = open_builder(light, "scratch", DIGITS)
    for size in ((1492,1150),(1610,1150),(1950,1150)):
        builder.page.set_viewport_size({"width":size[0],"height":size[1]})
        for fold in builder.root.locator(".kw-palette-fold[aria-expanded=false]").all()[::-1]:
            fold.click()
        builder.page.wait_for_timeout(500)
        print("W", builder.root.evaluate("r=>r.clientWidth"), builder.root.evaluate("""r => [...r.querySelectorAll('.kw-entry')].map(e => {const s=e.querySelector('span:last-child'); const range=document.createRange(); range.selectNodeContents(s); return [s.innerText, Math.round(range.getBoundingClientRect().width*10)/10, s.clientWidth, e.clientHeight]}).filter(x=>x[1]>100)"""))
        builder.page.screenshot(path=f"/tmp/p{size[0]}.png")
    assert 0
